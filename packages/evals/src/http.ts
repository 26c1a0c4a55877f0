/** JSON over HTTP to a Ratchet server: parsed by the protocol's schemas, with time limits, retries and named errors. */
import { setTimeout as sleep } from "node:timers/promises";
import { Problem, type ProblemCode, projectHeader } from "@ratchet/protocol";

export interface ServerAddress {
  /** Origin, as `http://localhost:3000`. */
  readonly url: string;
  /** The project's slug. */
  readonly project: string;
  readonly apiKey?: string | undefined;
}

/** Anything that parses: a zod schema of the protocol. */
export interface Schema<T> {
  parse(value: unknown): T;
}

export interface RequestOptions {
  /** Values that are `undefined` are left out. */
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** 30,000 by default. */
  readonly timeoutMs?: number;
  /** Send again, for a minute or so, after a refused connection or "try later": only for what may arrive twice. */
  readonly retry?: boolean;
}

export interface HttpClient {
  readonly address: ServerAddress;
  /** Rejects with {@link ServerProblem}, {@link ServerUnreachable} or {@link UnexpectedAnswer}. */
  request<T>(method: string, path: string, schema: Schema<T>, options?: RequestOptions): Promise<T>;
}

/** The server refused: RFC 9457, with the code that `ratchet explain` knows. */
export class ServerProblem extends Error {
  override readonly name = "ServerProblem";
  readonly problem: Problem;
  readonly retryAfterMs: number | undefined;
  constructor(problem: Problem, retryAfterMs?: number) {
    super(problem.detail || problem.title);
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }
  get code(): ProblemCode {
    return this.problem.code;
  }
}

/** Nobody answered at the address. */
export class ServerUnreachable extends Error {
  override readonly name = "ServerUnreachable";
  readonly url: string;
  constructor(url: string, options: ErrorOptions) {
    super(`No Ratchet server answers at ${url}.`, options);
    this.url = url;
  }
}

/** Something answered that does not speak this version's protocol. */
export class UnexpectedAnswer extends Error {
  override readonly name = "UnexpectedAnswer";
}

/** Over a minute in all: a server that restarts must not cost the results of a long run. */
const attempts = 12;
const firstPauseMs = 250;
const longestPauseMs = 10_000;

/** A client of one project; `fetch` can be replaced in tests. */
export function createHttpClient(
  address: ServerAddress,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): HttpClient {
  const base = address.url.replace(/\/+$/, "");
  const headers = {
    accept: "application/json",
    [projectHeader]: address.project,
    ...(address.apiKey ? { authorization: `Bearer ${address.apiKey}` } : {}),
  };

  async function requestOnce<T>(method: string, path: string, schema: Schema<T>, options: RequestOptions): Promise<T> {
    const url = new URL(base + path);
    for (const [name, value] of Object.entries(options.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const timeout = AbortSignal.timeout(options.timeoutMs ?? 30_000);
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, {
        method,
        headers: options.body === undefined ? headers : { ...headers, "content-type": "application/json" },
        body: options.body === undefined ? null : JSON.stringify(options.body),
        signal: options.signal ? AbortSignal.any([options.signal, timeout]) : timeout,
        // A key must never follow a redirect to another host.
        redirect: "error",
      });
      text = await response.text();
    } catch (error) {
      options.signal?.throwIfAborted();
      throw new ServerUnreachable(base, { cause: error });
    }
    const where = `${method} ${path}`;
    if (!response.ok) throw toError(response, text, where);
    try {
      return schema.parse(text === "" ? undefined : JSON.parse(text));
    } catch (error) {
      throw new UnexpectedAnswer(
        `${base} answered ${where} in a form that this version does not know. Is it a Ratchet server of the same version?`,
        { cause: error },
      );
    }
  }

  return {
    address: { ...address, url: base },
    async request(method, path, schema, options = {}) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await requestOnce(method, path, schema, options);
        } catch (error) {
          if (!options.retry || attempt === attempts || !isTransient(error)) throw error;
          const wanted = error instanceof ServerProblem ? error.retryAfterMs : undefined;
          const pauseMs = Math.min(wanted ?? firstPauseMs * 2 ** (attempt - 1), longestPauseMs);
          await sleep(pauseMs, undefined, { signal: options.signal });
        }
      }
    },
  };
}

function isTransient(error: unknown): boolean {
  if (error instanceof ServerUnreachable) return true;
  return error instanceof ServerProblem && (error.code === "too-busy" || error.code === "unavailable");
}

function toError(response: Response, text: string, where: string): Error {
  const problem = Problem.safeParse(parseJson(text));
  if (!problem.success) {
    return new UnexpectedAnswer(
      `${where} was answered with HTTP ${response.status}, but not by a Ratchet server. Check the URL.`,
    );
  }
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new ServerProblem(problem.data, Number.isFinite(seconds) ? seconds * 1000 : undefined);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

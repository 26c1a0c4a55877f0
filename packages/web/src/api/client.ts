/** The only fetch of the pages: JSON in and out, the project in its header, every failure a {@link RequestError}. */
import type { Problem } from "@ratchet/protocol";
import { projectHeader } from "@ratchet/protocol/attributes";

/** The type that a protocol schema gives, without bundling the schema: `Output<typeof TraceList>`. */
export type Output<Schema extends { _zod: { output: unknown } }> = Schema["_zod"]["output"];

/** A request that failed: the server's problem details, or one made here when the server did not answer with one. */
export class RequestError extends Error {
  readonly problem: Omit<Problem, "code"> & { code: Problem["code"] | "unreachable" };

  constructor(problem: RequestError["problem"], options?: ErrorOptions) {
    super(problem.detail, options);
    this.name = "RequestError";
    this.problem = problem;
  }
}

export interface RequestOptions {
  /** Slug; absent for what belongs to no project (projects, keys). */
  project?: string;
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Sent as JSON. */
  body?: unknown;
  /** Query parameters; `undefined` and empty ones are left out. */
  query?: Record<string, string | number | undefined>;
  signal?: AbortSignal;
}

/**
 * Calls the API. `path` is below `/api`, with its parts already encoded (see {@link apiPath}).
 *
 * @throws RequestError for every answer that is not 2xx, and when there is no answer.
 * @example await request<Output<typeof TraceList>>("/traces", { project, query: { limit: 50 } })
 */
export async function request<Body>(path: string, options: RequestOptions = {}): Promise<Body> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (options.project !== undefined) headers[projectHeader] = options.project;
  if (options.body !== undefined) headers["content-type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(`/api${path}${toSearch(options.query ?? {})}`, {
      method: options.method ?? "GET",
      headers,
      body: options.body === undefined ? null : JSON.stringify(options.body),
      signal: options.signal ?? null,
    });
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    throw unreachable(cause);
  }
  if (!response.ok) throw new RequestError(await readProblem(response));
  return (response.status === 204 ? undefined : await response.json()) as Body;
}

/** Joins path parts, each encoded: `apiPath("prompts", "answers/question")` is `/prompts/answers%2Fquestion`. */
export function apiPath(...parts: string[]): string {
  return parts.map((part) => `/${encodeURIComponent(part)}`).join("");
}

function toSearch(query: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") search.set(name, String(value));
  }
  return search.size > 0 ? `?${search}` : "";
}

async function readProblem(response: Response): Promise<RequestError["problem"]> {
  const body: unknown = await response.json().catch(() => null);
  if (isProblem(body)) return body;
  return {
    type: "about:blank",
    title: `The server answered ${response.status}`,
    status: response.status,
    detail: `${response.url} answered ${response.status} ${response.statusText} without an explanation. The server's log has more.`,
    code: response.status === 404 ? "not-found" : "internal",
  };
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && "detail" in body && "title" in body;
}

function unreachable(cause: unknown): RequestError {
  return new RequestError(
    {
      type: "about:blank",
      title: "The server does not answer",
      status: 0,
      detail:
        "Nothing answers at this address. If the server was stopped, start it with `npm start`; this page then goes on by itself.",
      code: "unreachable",
    },
    { cause },
  );
}

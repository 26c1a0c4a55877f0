/**
 * A server of contract-shaped answers for states of the pages that are hard to reach with the real one.
 * The project's slug is the state: `sample-teammate` is full, `default` empty, `huge` has 10,000 traces,
 * `broken` answers 500, `slow` never answers. Run it with `node packages/web/testing/fixture-server.ts`.
 */
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import {
  ApiKeyCreated,
  ApiKeyList,
  CaptureResult,
  FailureDetail,
  FailureList,
  LoopStripList,
  Problem,
  type ProblemCode,
  ProjectList,
  problems,
  projectHeader,
  type ServerEvent,
  SpanDetail,
  TraceDetail,
  TraceList,
} from "@ratchet/protocol";
import { evaluationRoutes } from "./sample-evaluations.ts";
import { makeFailureDetail, makeFailures } from "./sample-failures.ts";
import { makeHome, makeProjects, makeStrips } from "./sample-home.ts";
import { makeSpanDetail, makeTraceDetail, makeTraces } from "./sample-traces.ts";

/** What a route sees of its request. */
export interface FixtureRequest {
  project: string;
  /** Decoded groups of the route's pattern. */
  parts: string[];
  query: URLSearchParams;
  body: unknown;
}
export type FixtureRoute = [method: string, pattern: RegExp, answer: (request: FixtureRequest) => unknown];

export class FixtureProblem extends Error {
  readonly code: ProblemCode;
  constructor(code: ProblemCode, detail: string) {
    super(detail);
    this.code = code;
  }
}

/**
 * The policy that the pages must work under. Styles set through the DOM by React are allowed by `style-src 'self'`;
 * inline style elements are not.
 */
const contentSecurityPolicy =
  "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self'; worker-src 'self'";

const contentTypes: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Listens on a free port (or `port`) of 127.0.0.1 and serves the built pages in `webDirectory` beside the API. */
export async function startFixtureServer(webDirectory: string, port = 0) {
  const routes = makeRoutes(Date.now());
  const listeners = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (url.pathname === "/api/events") return openEvents(response, listeners);
    if (url.pathname.startsWith("/api/")) return void answerApi(routes, request, response, url);
    void answerFile(webDirectory, url.pathname, response);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Sends an event to every open page. */
    send: (event: ServerEvent) => {
      for (const listener of listeners) listener.write(`event: change\ndata: ${JSON.stringify(event)}\n\n`);
    },
    /** Cuts the event streams; browsers connect again by themselves. */
    cutEvents: () => {
      for (const listener of listeners) listener.destroy();
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function makeRoutes(now: number): FixtureRoute[] {
  const projects = makeProjects(now);
  const failures = makeFailures(now);
  const few = makeTraces(1204, now);
  const many = makeTraces(10_000, now, 2);
  const keys = [
    {
      id: "k-1",
      name: "ci",
      prefix: "rk_3f2a",
      project: null,
      createdAt: new Date(now).toISOString(),
      lastUsedAt: null,
    },
  ];
  const tracesOf = (project: string) => (project === "default" ? [] : project === "huge" ? many : few);
  const failuresOf = (project: string) => (project === "default" ? [] : failures);
  const findTrace = (project: string, traceId: string | undefined) => {
    const trace = tracesOf(project).find((candidate) => candidate.traceId === traceId);
    if (trace === undefined)
      throw new FixtureProblem("not-found", `There is no trace ${traceId} in project ${project}.`);
    return makeTraceDetail(trace, project === "huge" ? 10_000 : 13);
  };
  return [
    ["GET", /^\/projects$/, () => ProjectList.parse({ projects, total: projects.length })],
    ["POST", /^\/projects$/, ({ body }) => ({ ...projects[1], ...(body as object) })],
    ["DELETE", /^\/projects\/([^/]+)$/, () => undefined],
    ["GET", /^\/keys$/, () => ApiKeyList.parse({ keys, total: keys.length })],
    [
      "POST",
      /^\/keys$/,
      ({ body }) => {
        const key = { ...keys[0], id: `k-${keys.length + 1}`, ...(body as { name: string }) };
        keys.push(key as (typeof keys)[number]);
        return ApiKeyCreated.parse({ ...key, secret: "rk_3f2a9c1e77d0b5a4c6e8f0a2" });
      },
    ],
    [
      "DELETE",
      /^\/keys\/([^/]+)$/,
      ({ parts }) => {
        const at = keys.findIndex(({ id }) => id === parts[0]);
        if (at >= 0) keys.splice(at, 1);
      },
    ],
    [
      "GET",
      /^\/home$/,
      ({ project }) => {
        const found = projects.find(({ slug }) => slug === project);
        if (found === undefined) throw new FixtureProblem("unknown-project", `There is no project ${project}.`);
        return makeHome(found, failuresOf(project), [], []);
      },
    ],
    [
      "GET",
      /^\/traces$/,
      ({ project, query }) => {
        const limit = Number(query.get("limit") ?? 50);
        const offset = Number(query.get("cursor") ?? 0);
        const from = query.get("from") ?? "";
        const matching = tracesOf(project).filter(
          (trace) =>
            trace.startTime >= from &&
            trace.name.includes((query.get("name") ?? "").toLowerCase()) &&
            (query.get("status") ?? trace.status) === trace.status &&
            (query.get("arm") ?? trace.exposure?.arm) === trace.exposure?.arm &&
            (!query.has("signal") || trace.signals.includes(query.get("signal") ?? "")),
        );
        const next = offset + limit;
        return TraceList.parse({
          traces: matching.slice(offset, next),
          total: matching.length,
          nextCursor: next < matching.length ? String(next) : null,
        });
      },
    ],
    ["GET", /^\/traces\/([^/]+)$/, ({ project, parts }) => TraceDetail.parse(findTrace(project, parts[0]))],
    [
      "GET",
      /^\/traces\/([^/]+)\/spans\/([^/]+)$/,
      ({ project, parts }) => {
        const span = findTrace(project, parts[0]).spans.find(({ spanId }) => spanId === parts[1]);
        if (span === undefined) throw new FixtureProblem("not-found", `The trace has no span ${parts[1]}.`);
        return SpanDetail.parse(makeSpanDetail(span));
      },
    ],
    [
      "GET",
      /^\/failures$/,
      ({ project, query }) => {
        const matching = failuresOf(project).filter(
          ({ stage, title }) =>
            (query.get("stage") ?? stage) === stage &&
            title.toLowerCase().includes((query.get("q") ?? "").toLowerCase()),
        );
        return FailureList.parse({ failures: matching, total: matching.length });
      },
    ],
    [
      "GET",
      /^\/failures\/([^/]+)$/,
      ({ project, parts }) => {
        const failure = failuresOf(project).find(({ id }) => id === parts[0]);
        if (failure === undefined) throw new FixtureProblem("not-found", `There is no failure ${parts[0]}.`);
        return FailureDetail.parse(makeFailureDetail(failure, few));
      },
    ],
    [
      "PATCH",
      /^\/failures\/([^/]+)$/,
      ({ parts }) => {
        const failure = failures.find(({ id }) => id === parts[0]);
        if (failure === undefined) throw new FixtureProblem("not-found", `There is no failure ${parts[0]}.`);
        failure.stage = failure.stage === "archived" ? "open" : "archived";
        return makeFailureDetail(failure, few);
      },
    ],
    [
      "POST",
      /^\/failures\/([^/]+)\/capture$/,
      ({ body }) => {
        const { dataset = "failures" } = body as { dataset?: string };
        if (dataset.includes(" ")) {
          throw new FixtureProblem("invalid-request", "a name has 1 to 128 of A-Z, a-z, 0-9, '.', '_', '/' and '-'");
        }
        return CaptureResult.parse({ dataset, version: 3, added: 11, alreadyThere: 1 });
      },
    ],
    ["GET", /^\/loop$/, ({ project }) => LoopStripList.parse({ strips: makeStrips(failuresOf(project)) })],
    ...evaluationRoutes(now),
  ];
}

async function answerApi(routes: FixtureRoute[], request: IncomingMessage, response: ServerResponse, url: URL) {
  const project = String(request.headers[projectHeader] ?? "default");
  if (project === "slow") return;
  try {
    if (project === "broken") throw new FixtureProblem("internal", "The engine is gone. The server's log has more.");
    const path = url.pathname.slice("/api".length);
    const route = routes.find(([method, pattern]) => method === request.method && pattern.test(path));
    if (route === undefined) throw new FixtureProblem("not-found", `The fixtures have no ${request.method} ${path}.`);
    const parts = (route[1].exec(path) ?? []).slice(1).map(decodeURIComponent);
    const answer = route[2]({ project, parts, query: url.searchParams, body: await readJson(request) });
    response.writeHead(answer === undefined ? 204 : 200, { "content-type": "application/json" });
    response.end(answer === undefined ? undefined : JSON.stringify(answer));
  } catch (error) {
    const code = error instanceof FixtureProblem ? error.code : "internal";
    const { status, title } = problems[code];
    response.writeHead(status, { "content-type": "application/problem+json" });
    response.end(
      JSON.stringify(
        Problem.parse({
          type: `/problems/${code}`,
          title,
          status,
          detail: error instanceof Error ? error.message : String(error),
          code,
        }),
      ),
    );
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text === "" ? undefined : JSON.parse(text);
}

function openEvents(response: ServerResponse, listeners: Set<ServerResponse>): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.write("retry: 300\n\n");
  listeners.add(response);
  response.on("close", () => listeners.delete(response));
}

async function answerFile(webDirectory: string, path: string, response: ServerResponse): Promise<void> {
  const name = /^\/[\w./-]+\.\w+$/.test(path) && !path.includes("..") ? path : "/index.html";
  try {
    const content = await readFile(join(webDirectory, name));
    response.writeHead(200, {
      "content-type": contentTypes[extname(name)] ?? "application/octet-stream",
      "content-security-policy": contentSecurityPolicy,
    });
    response.end(content);
  } catch {
    response.writeHead(404).end();
  }
}

if (import.meta.main) {
  const { url } = await startFixtureServer(
    process.argv[2] ?? join(import.meta.dirname, "../dist"),
    Number(process.env.PORT ?? 0),
  );
  console.log(url);
}

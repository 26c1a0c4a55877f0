/**
 * A server of contract-shaped answers for states of the pages that are hard to reach with the real one.
 * The project's slug is the state: `sample-teammate` is full, `default` empty, `huge` has 10,000 traces,
 * `broken` answers 500, `slow` never answers. Run it with `node packages/web/testing/fixture-server.ts`.
 */
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { Problem, problems, projectHeader, type ServerEvent, TraceSummary } from "@ratchet/protocol";
import { failureRoutes } from "./failure-routes.ts";
import { FixtureProblem, type FixtureRoute } from "./fixture-route.ts";
import { createFixtureSession, type FixtureSession } from "./fixture-session.ts";
import { createWorld, type FixtureWorld } from "./fixture-world.ts";
import { projectRoutes } from "./project-routes.ts";
import { evaluationRoutes } from "./sample-evaluations.ts";
import { picture, pictureSha256 } from "./sample-picture.ts";
import { makeTraces } from "./sample-traces.ts";
import { settingsRoutes } from "./settings-routes.ts";
import { traceRoutes } from "./trace-routes.ts";

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
  const now = Date.now();
  const world = createWorld(now);
  const routes = makeRoutes(world, now);
  const session = createFixtureSession();
  const listeners = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (url.pathname === "/api/events") return openEvents(response, listeners);
    if (url.pathname.endsWith(`/attachments/${pictureSha256}`)) {
      return void response.writeHead(200, { "content-type": "image/png" }).end(picture);
    }
    if (url.pathname.startsWith("/api/")) return void answerApi(routes, session, request, response, url);
    void answerFile(webDirectory, url.pathname, response);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const send = (event: ServerEvent) => {
    for (const listener of listeners) listener.write(`event: change\ndata: ${JSON.stringify(event)}\n\n`);
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** A new trace arrives, and its event is sent. */
    receiveTrace: (project: string) => {
      const traces = world.tracesOf(project);
      const [trace] = makeTraces(1, Date.now(), traces.length);
      traces.unshift(TraceSummary.parse({ ...trace, name: "the newest" }));
      for (const found of world.projects) {
        if (found.slug === project) found.firstSpanAt ??= new Date().toISOString();
      }
      send({ type: "project", project, id: project });
      send({ type: "trace", project, id: String(trace?.traceId) });
    },
    askForKey: session.askFor,
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

function makeRoutes(world: FixtureWorld, now: number): FixtureRoute[] {
  const evaluations = evaluationRoutes(now);
  return [
    ...projectRoutes(world, now, (project, path) => {
      const route = evaluations.find(([method, pattern]) => method === "GET" && pattern.test(path));
      return route?.[2]({ project, parts: [], query: new URLSearchParams(), body: undefined });
    }),
    ...settingsRoutes(world, now),
    ...traceRoutes(world),
    ...failureRoutes(world),
    ...evaluations,
  ];
}

async function answerApi(
  routes: FixtureRoute[],
  session: FixtureSession,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
) {
  const project = String(request.headers[projectHeader] ?? "default");
  if (project === "slow") return;
  try {
    if (project === "broken") throw new FixtureProblem("internal", "The engine is gone. The server's log has more.");
    const path = url.pathname.slice("/api".length);
    if (path !== "/session") session.check(request);
    const answer =
      path === "/session"
        ? await session.answer(request, response)
        : await answerRoute(routes, project, path, request, url.searchParams);
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

async function answerRoute(
  routes: FixtureRoute[],
  project: string,
  path: string,
  request: IncomingMessage,
  query: URLSearchParams,
): Promise<unknown> {
  const route = routes.find(([method, pattern]) => method === request.method && pattern.test(path));
  if (route === undefined) throw new FixtureProblem("not-found", `The fixtures have no ${request.method} ${path}.`);
  const parts = (route[1].exec(path) ?? []).slice(1).map(decodeURIComponent);
  return route[2]({ project, parts, query, body: await readJson(request) });
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

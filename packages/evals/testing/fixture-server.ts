/** A small HTTP server for tests: answers are each test's, but what crosses the wire must satisfy the protocol's schemas. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import {
  ApiKeyCreate,
  ApiKeyCreated,
  ApiKeyList,
  CaptureRequest,
  CaptureResult,
  CaseList,
  Dataset,
  DatasetChange,
  DatasetCreate,
  DatasetDetail,
  DatasetList,
  DatasetVersion,
  Experiment,
  ExperimentCreate,
  ExperimentDetail,
  ExperimentList,
  ExperimentResults,
  FailureDetail,
  FailureList,
  Feedback,
  FeedbackCreate,
  Gate,
  GateCreate,
  GateList,
  Home,
  type ProblemCode,
  Project,
  PromptPush,
  PromptVersion,
  problems,
  Release,
  ReleaseCreate,
  ReleaseList,
  Rollout,
  RolloutAction,
  RolloutCreate,
  RolloutDetail,
  RolloutList,
  SdkConfig,
  TraceDetail,
  TraceList,
} from "@ratchet/protocol";

interface Schema {
  parse(value: unknown): unknown;
}
interface Route {
  readonly body?: Schema;
  readonly answer?: Schema;
}

const routes = {
  "GET /readyz": {},
  "POST /v1/traces": {},
  "GET /api/home": { answer: Home },
  "GET /api/projects/:slug": { answer: Project },
  "GET /api/keys": { answer: ApiKeyList },
  "POST /api/keys": { body: ApiKeyCreate, answer: ApiKeyCreated },
  "DELETE /api/keys/:id": {},
  "DELETE /api/traces/:id": {},
  "GET /api/traces": { answer: TraceList },
  "GET /api/traces/:id": { answer: TraceDetail },
  "POST /api/feedback": { body: FeedbackCreate, answer: Feedback },
  "GET /api/failures": { answer: FailureList },
  "GET /api/failures/:id": { answer: FailureDetail },
  "POST /api/failures/:id/capture": { body: CaptureRequest, answer: CaptureResult },
  "GET /api/datasets": { answer: DatasetList },
  "POST /api/datasets": { body: DatasetCreate, answer: Dataset },
  "GET /api/datasets/:name": { answer: DatasetDetail },
  "POST /api/datasets/:name/versions": { body: DatasetChange, answer: DatasetVersion },
  "GET /api/datasets/:name/cases": { answer: CaseList },
  "GET /api/experiments": { answer: ExperimentList },
  "POST /api/experiments": { body: ExperimentCreate, answer: Experiment },
  "GET /api/experiments/:id": { answer: ExperimentDetail },
  "POST /api/experiments/:id/results": { body: ExperimentResults },
  "POST /api/experiments/:id/finish": { answer: Experiment },
  "GET /api/gates": { answer: GateList },
  "GET /api/gates/:id": { answer: Gate },
  "POST /api/gates": { body: GateCreate, answer: Gate },
  "POST /api/prompts": { body: PromptPush, answer: PromptVersion },
  "GET /api/releases": { answer: ReleaseList },
  "POST /api/releases": { body: ReleaseCreate, answer: Release },
  "GET /api/rollouts": { answer: RolloutList },
  "POST /api/rollouts": { body: RolloutCreate, answer: Rollout },
  "GET /api/rollouts/:id": { answer: RolloutDetail },
  "POST /api/rollouts/:id/abort": { body: RolloutAction, answer: Rollout },
  "GET /api/sdk/config": { answer: SdkConfig },
} satisfies Record<string, Route>;
export type RouteName = keyof typeof routes;

export interface FixtureRequest {
  readonly route: RouteName;
  /** The part of the path that stands for `:id`, `:name` or `:slug`, decoded. */
  readonly id: string;
  readonly query: Readonly<Record<string, string>>;
  /** As the route's schema parsed it. */
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what its route takes.
  readonly body: any;
  readonly headers: IncomingMessage["headers"];
}
export type FixtureHandlers = Partial<Record<RouteName, (request: FixtureRequest) => unknown>>;

/** Throw it from a handler to refuse as the server does. */
export class Refusal extends Error {
  readonly problemCode: ProblemCode;
  readonly headers: Readonly<Record<string, string>>;
  constructor(problemCode: ProblemCode, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.problemCode = problemCode;
    this.headers = headers;
  }
}

export interface FixtureServer extends AsyncDisposable {
  readonly url: string;
  /** Everything asked until now, trace exports left out. */
  readonly requests: readonly FixtureRequest[];
}

/** Listens on a free port. A route without a handler, or a body that breaks its schema, is refused with a problem. */
export async function openFixtureServer(handlers: FixtureHandlers): Promise<FixtureServer> {
  const requests: FixtureRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const send = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}) =>
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
    try {
      const request = await readRequest(incoming);
      if (request.route === "POST /v1/traces") {
        send(200, {});
        return;
      }
      requests.push(request);
      const handler = handlers[request.route];
      if (!handler) throw new Refusal("not-found", `the test has no answer to ${request.route}`);
      const answer = await handler(request);
      const { answer: schema }: Route = routes[request.route];
      send(200, schema ? schema.parse(answer) : (answer ?? {}));
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal("invalid-request", String(error));
      const { status, title } = problems[refusal.problemCode];
      const problem = { type: "about:blank", title, status, detail: refusal.message, code: refusal.problemCode };
      send(status, problem, refusal.headers);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readRequest(incoming: IncomingMessage): Promise<FixtureRequest> {
  const url = new URL(incoming.url ?? "/", "http://fixture");
  for (const [name, route] of Object.entries(routes) as [RouteName, Route][]) {
    const [method, path] = name.split(" ") as [string, string];
    const match = new RegExp(`^${path.replace(/:\w+/, "([^/]+)")}$`).exec(url.pathname);
    if (method !== incoming.method || !match) continue;
    const isJson = route !== routes["POST /v1/traces"] && incoming.headers["content-type"] === "application/json";
    const body = isJson ? JSON.parse(await text(incoming)) : undefined;
    return {
      route: name,
      id: decodeURIComponent(match[1] ?? ""),
      query: Object.fromEntries(url.searchParams),
      body: route.body ? route.body.parse(body) : body,
      headers: incoming.headers,
    };
  }
  throw new Refusal("not-found", `no such route: ${incoming.method} ${url.pathname}`);
}

/** The server's routes as functions; answers are parsed by the protocol's schemas. */
import { createHttpClient, type HttpClient, type ServerAddress } from "@ratchet/evals/http";
import {
  ApiKeyCreated,
  ApiKeyList,
  CaptureResult,
  CaseList,
  Dataset,
  DatasetDetail,
  DatasetList,
  DatasetVersion,
  ExperimentDetail,
  FailureDetail,
  FailureList,
  Feedback,
  type FeedbackCreate,
  Gate,
  GateList,
  Home,
  Project,
  PromptDetail,
  PromptVersionDetail,
  Release,
  ReleaseList,
  Rollout,
  RolloutDetail,
  RolloutList,
  SdkConfig,
  TraceDetail,
  TraceList,
} from "@ratchet/protocol";

type Query = Readonly<Record<string, string | number | undefined>>;
export type Api = ReturnType<typeof createApi>;
export type RolloutVerb = "pause" | "resume" | "advance" | "abort";

/** Each function rejects with the HTTP client's named errors. */
export function createApi(address: ServerAddress, signal: AbortSignal) {
  const http: HttpClient = createHttpClient(address);
  const get = <T>(path: string, schema: { parse(value: unknown): T }, query: Query = {}) =>
    http.request("GET", path, schema, { query, signal });
  const post = <T>(path: string, schema: { parse(value: unknown): T }, body: unknown) =>
    http.request("POST", path, schema, { body, signal });
  return {
    http,
    /** A page of the web application, below the project. */
    pageUrl: (path: string) => `${http.address.url}/p/${http.address.project}${path}`,
    findHome: () => get("/api/home", Home),
    findProject: () => get(`/api/projects/${http.address.project}`, Project),
    checkReady: () => http.request("GET", "/readyz", anything, { signal, timeoutMs: 5000 }),

    listTraces: (query: Query) => get("/api/traces", TraceList, query),
    /** @param cases What becomes of dataset cases made from it. */
    deleteTrace: (id: string, cases: "keep" | "erase") =>
      http.request("DELETE", `/api/traces/${encodeURIComponent(id)}`, anything, { query: { cases }, signal }),
    findTrace: (id: string) => get(`/api/traces/${encodeURIComponent(id)}`, TraceDetail),
    saveFeedback: (body: FeedbackCreate) => post("/api/feedback", Feedback, body),

    listFailures: (query: Query) => get("/api/failures", FailureList, query),
    findFailure: (id: string) => get(`/api/failures/${encodeURIComponent(id)}`, FailureDetail),
    captureFailure: (id: string, body: object) =>
      post(`/api/failures/${encodeURIComponent(id)}/capture`, CaptureResult, body),

    listDatasets: () => get("/api/datasets", DatasetList),
    findDataset: (name: string) => get(`/api/datasets/${encodeURIComponent(name)}`, DatasetDetail),
    createDataset: (name: string) => post("/api/datasets", Dataset, { name }),
    saveDatasetVersion: (name: string, body: object) =>
      post(`/api/datasets/${encodeURIComponent(name)}/versions`, DatasetVersion, body),
    listCases: (name: string, query: Query) => get(`/api/datasets/${encodeURIComponent(name)}/cases`, CaseList, query),

    findExperiment: (id: string) => get(`/api/experiments/${encodeURIComponent(id)}`, ExperimentDetail),
    listGates: (query: Query) => get("/api/gates", GateList, query),
    findGate: (id: string) => get(`/api/gates/${encodeURIComponent(id)}`, Gate),
    askGate: (body: object) => post("/api/gates", Gate, body),

    findPrompt: (name: string) => get(`/api/prompts/${encodeURIComponent(name)}`, PromptDetail),
    findPromptVersion: (name: string, version: string) =>
      get(`/api/prompts/${encodeURIComponent(name)}/versions/${encodeURIComponent(version)}`, PromptVersionDetail),
    findSdkConfig: () => get("/api/sdk/config", SdkConfig),

    listReleases: () => get("/api/releases", ReleaseList),
    createRelease: (body: object) => post("/api/releases", Release, body),
    listRollouts: () => get("/api/rollouts", RolloutList),
    findRollout: (id: string) => get(`/api/rollouts/${encodeURIComponent(id)}`, RolloutDetail),
    startRollout: (body: object) => post("/api/rollouts", Rollout, body),
    actOnRollout: (id: string, verb: RolloutVerb, body: object) =>
      post(`/api/rollouts/${encodeURIComponent(id)}/${verb}`, Rollout, body),

    listKeys: () => get("/api/keys", ApiKeyList),
    createKey: (body: object) => post("/api/keys", ApiKeyCreated, body),
    deleteKey: (id: string) => http.request("DELETE", `/api/keys/${encodeURIComponent(id)}`, anything, { signal }),
  };
}

/** Only that it was accepted is of interest. */
const anything = { parse: (value: unknown) => value };

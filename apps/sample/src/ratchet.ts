/** The public API of Ratchet, as the sample's engineer uses it. */
import {
  CaptureResult,
  type CaseInput,
  Experiment,
  FailureList,
  Gate,
  Problem,
  Project,
  type ProjectActivity,
  PromptVersionDetail,
  projectHeader,
  Release,
  RolloutDetail,
  TraceList,
} from "@ratchet/protocol";
import { z } from "zod";

export interface RatchetAddress {
  url: string;
  apiKey: string | undefined;
  project: string;
}

export type Ratchet = ReturnType<typeof createRatchet>;

/** Longer than any answer takes while the machine is busy with Teammate and an eval. */
const requestTimeoutMs = 60_000;

/** Every method throws with the server's own explanation when it refuses, and says so when it does not answer. */
export function createRatchet({ url, apiKey, project }: RatchetAddress) {
  const ask = async (method: string, path: string, body: unknown) => {
    const response = await fetch(`${url}${path}`, {
      method,
      signal: AbortSignal.timeout(requestTimeoutMs),
      headers: {
        [projectHeader]: project,
        ...(apiKey && { authorization: `Bearer ${apiKey}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { ok: response.ok, status: response.status, text: await response.text() };
  };
  const request = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const { ok, status, text } = await ask(method, path, body).catch((cause) => {
      throw new Error(`The server at ${url} does not answer.`, { cause });
    });
    if (!ok) throw new Error(explainRefusal(`${method} ${path}`, status, text));
    return text === "" ? null : JSON.parse(text);
  };
  const name = encodeURIComponent(project);

  return {
    async findOptionalProject() {
      const list = z.object({ projects: z.array(Project) }).parse(await request("GET", "/api/projects"));
      return list.projects.find((candidate) => candidate.slug === project);
    },
    deleteProject: () => request("DELETE", `/api/projects/${name}`),
    createProject: (title: string) => request("POST", "/api/projects", { slug: project, name: title, sample: true }),
    saveActivity: (activity: ProjectActivity) => request("PUT", `/api/projects/${name}/activity`, activity),

    countTraces: async () => TraceList.parse(await request("GET", "/api/traces?limit=1")).total,
    listFailures: async () => FailureList.parse(await request("GET", "/api/failures")).failures,
    capture: async (failure: string, body: { dataset: string; limit: number; message: string }) =>
      CaptureResult.parse(await request("POST", `/api/failures/${failure}/capture`, body)),

    createDataset: (dataset: string, description: string) =>
      request("POST", "/api/datasets", { name: dataset, description }),
    changeDataset: (dataset: string, upsert: CaseInput[], message: string) =>
      request("POST", `/api/datasets/${encodeURIComponent(dataset)}/versions`, { message, author: "sample", upsert }),

    findExperiment: async (id: string) => Experiment.parse(await request("GET", `/api/experiments/${id}`)),
    findGate: async (id: string) => Gate.parse(await request("GET", `/api/gates/${id}`)),

    pushPrompt: async (prompt: { name: string; path: string; content: string; message: string }) =>
      PromptVersionDetail.parse(await request("POST", "/api/prompts", { ...prompt, author: "sample" })),
    createRelease: async (release: {
      prompts: Record<string, string>;
      note: string;
      gate?: string;
      forcedBecause?: string;
      fixes?: string[];
    }) => Release.parse(await request("POST", "/api/releases", release)),

    startRollout: async (rollout: {
      release: string;
      stages: { percent: number; minUnitsPerArm: number; minDurationMs: number }[];
      nonInferiorityMargin: number;
      autoPromote: boolean;
    }) => RolloutDetail.parse(await request("POST", "/api/rollouts", rollout)),
    findRollout: async (id: string) => RolloutDetail.parse(await request("GET", `/api/rollouts/${id}`)),
  };
}

function explainRefusal(request: string, status: number, body: string): string {
  const { data: problem } = Problem.safeParse(parseOptionalJson(body));
  return problem
    ? `${request} was refused: ${problem.detail}`
    : `${request} was answered with ${status}: ${body.slice(0, 300)}`;
}

function parseOptionalJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

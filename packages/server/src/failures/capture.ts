/** Capturing: a failure's traces become cases of a dataset, as one new version. */
import type { CaptureRequest, CaptureResult, TraceDetail } from "@ratchet/protocol";
import type { z } from "zod";
import type { Datasets } from "../datasets/datasets.ts";
import { ProblemError } from "../problem.ts";
import type { ProjectScope } from "../router.ts";
import type { Signals } from "../signals/signals.ts";
import type { Failures } from "./failures.ts";
import { toCase } from "./to-case.ts";

/** Traces read at once: the engine has two readers. */
const concurrency = 2;

/** What capturing asks of other features. */
export interface CaptureDependencies {
  /** @throws ProblemError `not-found` */
  findTrace(project: ProjectScope, traceId: string): Promise<TraceDetail>;
  datasets: Pick<Datasets, "findOrCreate" | "readCases" | "change">;
}

export function createCapture(failures: Failures, signals: Signals, { findTrace, datasets }: CaptureDependencies) {
  /** The same trace is never captured twice. @throws ProblemError `not-found` for the failure or a trace */
  return async (
    project: ProjectScope,
    id: string,
    request: z.output<typeof CaptureRequest>,
  ): Promise<CaptureResult> => {
    const failure = await failures.find(project, id);
    const wanted = new Set(request.traceIds ?? (await listTraces(project, id, request.limit)));
    if (wanted.size === 0) {
      throw new ProblemError("invalid-request", "traceIds: name at least one trace, or leave it out for the newest.");
    }
    const name = request.dataset ?? failure.links.dataset ?? toDatasetName(failure);
    const { latestVersion } = await datasets.findOrCreate(project, name, `Captured from ${id}: ${failure.title}`);
    const traces = await readTraces(project, [...wanted.difference(await listCaptured(project, name, latestVersion))]);
    if (traces.length === 0) return { dataset: name, version: latestVersion, added: 0, alreadyThere: wanted.size };
    const { version, isNew } = await datasets.change(project, name, {
      message: request.message ?? `Captured from ${id}: ${failure.title}`,
      author: "capture",
      upsert: traces.map((trace) => toCase(trace, id)),
      remove: [],
    });
    const added = isNew ? version.added : 0;
    return { dataset: name, version: version.version, added, alreadyThere: wanted.size - added };
  };

  async function listTraces(project: ProjectScope, id: string, limit: number): Promise<string[]> {
    return (await signals.listOfFailure(project, id, limit)).map((signal) => signal.traceId);
  }

  async function listCaptured(project: ProjectScope, name: string, version: number): Promise<Set<string>> {
    if (version === 0) return new Set();
    const cases = await datasets.readCases(project, name, version);
    return new Set(cases.flatMap((each) => each.sourceTraceId ?? []));
  }

  async function readTraces(project: ProjectScope, traceIds: readonly string[]): Promise<TraceDetail[]> {
    const traces: TraceDetail[] = [];
    for (let at = 0; at < traceIds.length; at += concurrency) {
      const some = traceIds.slice(at, at + concurrency).map((traceId) => findTrace(project, traceId));
      traces.push(...(await Promise.all(some)));
    }
    return traces;
  }
}

export type Capture = ReturnType<typeof createCapture>;

/** One dataset a failure, so that the same trace can be a case of two failures. */
function toDatasetName({ detector, traceName }: { detector: string; traceName: string }): string {
  const text = `${detector}-${traceName}`.replace(/[^A-Za-z0-9._-]+/g, "-").slice(0, 128);
  return text.replace(/^[^A-Za-z0-9]+/, "") || "captured";
}

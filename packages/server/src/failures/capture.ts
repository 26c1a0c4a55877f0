/** Capturing: a failure's traces become cases of a dataset, as one new version. */
import type { CaptureRequest, CaptureResult, DatasetChange, DatasetVersion, Feedback } from "@ratchet/protocol";
import type { z } from "zod";
import { ProblemError } from "../problem.ts";
import type { ProjectScope } from "../router.ts";
import type { Signals } from "../signals/signals.ts";
import type { Failures } from "./failures.ts";
import { type CapturedTrace, toCase } from "./to-case.ts";

/** Traces read at once: the engine has two readers. */
const concurrency = 2;

/** What capturing asks of other features. */
export interface CaptureDependencies {
  /** @throws ProblemError `not-found` */
  findTrace(project: ProjectScope, traceId: string): Promise<CapturedTrace>;
  /** Oldest first. */
  listFeedback(project: ProjectScope, traceIds: readonly string[]): Promise<Feedback[]>;
  /** Traces that the dataset's newest version was made from; none while there is no such dataset. */
  listSourceTraces(project: ProjectScope, dataset: string): Promise<ReadonlySet<string>>;
  /** Makes the dataset if there is none. `isNew` is false when nothing changed. */
  applyChange(
    project: ProjectScope,
    dataset: string,
    change: z.output<typeof DatasetChange>,
  ): Promise<{ version: DatasetVersion; isNew: boolean }>;
}

export function createCapture(failures: Failures, signals: Signals, others: CaptureDependencies) {
  return async (
    project: ProjectScope,
    id: string,
    request: z.output<typeof CaptureRequest>,
  ): Promise<CaptureResult> => {
    const failure = await failures.find(project, id);
    const dataset = request.dataset ?? failure.links.dataset ?? toDatasetName(failure);
    const traceIds =
      request.traceIds ?? (await signals.listOfFailure(project, id, request.limit)).map((s) => s.traceId);
    const wanted = [...new Set(traceIds)];
    if (wanted.length === 0) {
      throw new ProblemError("invalid-request", "traceIds: name at least one trace, or leave it out for the newest.");
    }
    const there = await others.listSourceTraces(project, dataset);
    const fresh = wanted.filter((traceId) => !there.has(traceId));
    const traces: CapturedTrace[] = [];
    for (let at = 0; at < fresh.length; at += concurrency) {
      const some = fresh.slice(at, at + concurrency).map((traceId) => others.findTrace(project, traceId));
      traces.push(...(await Promise.all(some)));
    }
    const feedback = Map.groupBy(await others.listFeedback(project, fresh), (given) => given.traceId);
    const { version, isNew } = await others.applyChange(project, dataset, {
      message: request.message ?? `Captured from ${id}: ${failure.title}`.slice(0, 1000),
      author: "capture",
      upsert: traces.map((trace) => toCase(trace, feedback.get(trace.traceId) ?? [], id)),
      remove: [],
    });
    const added = isNew ? version.added : 0;
    return { dataset, version: version.version, added, alreadyThere: wanted.length - added };
  };
}

export type Capture = ReturnType<typeof createCapture>;

/** One dataset a failure, so that the same trace can be a case of two failures. */
function toDatasetName({ detector, traceName }: { detector: string; traceName: string }): string {
  const text = `${detector}-${traceName}`.replace(/[^A-Za-z0-9._-]+/g, "-").slice(0, 128);
  return text.replace(/^[^A-Za-z0-9]+/, "") || "captured";
}

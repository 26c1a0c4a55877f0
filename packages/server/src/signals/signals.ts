/** Signals: evidence that traces went wrong, as pages and other features ask for it. */
import type { Signal } from "@ratchet/protocol";
import type { ProjectScope } from "../router.ts";
import { feedbackDetectorNames } from "./detect.ts";
import type { SignalRow, SignalStore, Tally } from "./store.ts";

export type { Tally } from "./store.ts";

/** Detectors and failures of one trace, for lists. */
export interface SignalSummary {
  detectors: string[];
  failures: string[];
}

export interface SignalTimeWindows {
  recentFrom: Date;
  earlierFrom: Date;
}

export function createSignals(store: SignalStore) {
  return {
    /** The worst first. */
    listForTrace: async (project: ProjectScope, traceId: string): Promise<Signal[]> =>
      (await store.list(project.id, [traceId])).map(toSignal),

    /** By trace id; traces without signals are left out. */
    async summarise(project: ProjectScope, traceIds: readonly string[]): Promise<Map<string, SignalSummary>> {
      const rows = await store.listKinds(project.id, traceIds);
      return new Map(
        [...Map.groupBy(rows, (row) => row.traceId)].map(([traceId, own]) => [
          traceId,
          { detectors: own.map((row) => row.detector), failures: [...new Set(own.map((row) => row.failure))] },
        ]),
      );
    },

    /** Newest first. */
    listOfFailure: (project: ProjectScope, failure: string, limit: number): Promise<SignalRow[]> =>
      store.listOfFailure(project.id, failure, limit),

    /** One a failure, the newest signal first; only of `failures` when they are named. */
    tally: (
      project: ProjectScope,
      windows: SignalTimeWindows,
      { limit, failures }: { limit: number; failures?: readonly string[] | undefined },
    ): Promise<Tally[]> =>
      store.tally(
        project.id,
        { recentFrom: windows.recentFrom.toISOString(), earlierFrom: windows.earlierFrom.toISOString() },
        limit,
        failures,
      ),

    /** Signals by failure in equal slices until `now`, from the first signal or `latestStart` if that is earlier. */
    async countInSlices(
      project: ProjectScope,
      failures: readonly string[],
      span: { latestStart: Date; now: Date; sliceCount: number },
    ): Promise<Map<string, number[]>> {
      const rows = await store.countInSlices(
        project.id,
        failures,
        { latestStart: span.latestStart.toISOString(), now: span.now.toISOString() },
        span.sliceCount,
      );
      const slices = new Map(failures.map((failure) => [failure, new Array<number>(span.sliceCount).fill(0)]));
      for (const { failure, slice, signals } of rows) slices.get(failure)?.splice(slice, 1, signals);
      return slices;
    },

    /** What was found in these traces' feedback, which they quote. What other people said is found again by an examination. */
    deleteOfFeedback: (project: ProjectScope, traceIds: readonly string[]) =>
      store.deleteOfDetectors(project.id, traceIds, feedbackDetectorNames),
  };
}

export type Signals = ReturnType<typeof createSignals>;

function toSignal({ traceName: _, userId: __, release: ___, ...signal }: SignalRow): Signal {
  return signal;
}

/** What roots alone tell: which traces have ended, how long they took, how a project fares. */
import { fromMicros, toMicros } from "../micros.ts";
import type { ProjectScope } from "../router.ts";
import type { CompletedRoot } from "../telemetry/completed-root.ts";
import type { TraceStore } from "./store.ts";
import { toDurationMs } from "./trace-summary.ts";
import type { ReceivedRoot } from "./traffic-store.ts";

/** What is slow is judged by the recent past. */
const maxHistory = 1000;
const dayMs = 24 * 3600 * 1000;

export function createRootReader(store: TraceStore, now: () => Date) {
  return {
    /** Those of these traces whose root has arrived and ended. */
    async findCompletedRoots(project: ProjectScope, traceIds: readonly string[]): Promise<CompletedRoot[]> {
      const ranges = await store.locateEach(project.id, traceIds);
      const traces = ranges.length > 0 ? await store.rollUp(project.id, traceIds, ranges) : [];
      return traces.filter((trace) => trace.isRoot).flatMap(toCompleted);
    },

    /**
     * Roots received after a moment, in the order of `receivedAt`: begin where the last answer ended. Rows of an insert
     * under way become visible up to some seconds after their `receivedAt`, so a reader beside running ingest must
     * begin somewhat before.
     */
    async listCompletedRoots(
      project: ProjectScope,
      receivedAfter: string,
      limit: number,
    ): Promise<(CompletedRoot & { receivedAt: string })[]> {
      const roots = await store.listRootsReceivedAfter(project.id, toMicros(receivedAfter), limit);
      return roots.flatMap((root) =>
        toCompleted(root).map((completed) => ({
          ...completed,
          receivedAt: fromMicros(root.receivedMicros),
        })),
      );
    },

    /** Ended traces of that name by release; `""` counts those that name none. */
    countByRelease: (project: ProjectScope, traceName: string) => store.countByRelease(project.id, traceName),

    /** Of the up to 1,000 last ended traces of that name that started before a moment; `null` without any. */
    async durationHistory(project: ProjectScope, traceName: string, before: string) {
      const { count, quantiles } = await store.measureDurations(project.id, traceName, toMicros(before), maxHistory);
      const [p50Ms = null, p95Ms = null, p99Ms = null] = count === 0 ? [] : quantiles;
      return { count, p50Ms, p95Ms, p99Ms };
    },

    /** The last 24 hours; shares and durations of ended traces, `null` without any. */
    async health(project: ProjectScope) {
      const { traces, ended, errors, quantiles, costUsd } = await store.measureHealth(
        project.id,
        (now().getTime() - dayMs) * 1000,
      );
      const [p50Ms = null, p95Ms = null] = ended === 0 ? [] : quantiles;
      return { traces24h: traces, errorShare: ended === 0 ? null : errors / ended, p50Ms, p95Ms, costUsd24h: costUsd };
    },
  };
}

/** None for a trace that still runs, and for the run of an eval. */
function toCompleted(root: Omit<ReceivedRoot, "receivedMicros">): CompletedRoot[] {
  const { traceId, spanId, name, kind, status, exposure } = root;
  if (status === "running" || kind === "evaluator") return [];
  return [
    {
      traceId,
      spanId,
      name,
      startTime: fromMicros(root.startMicros),
      durationMs: toDurationMs(root, new Date(0)),
      status,
      userId: root.userId || null,
      sessionId: root.sessionId || null,
      release: root.release || null,
      exposure,
    },
  ];
}

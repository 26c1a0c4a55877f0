/** Facts about traces that are being written: bounded, the trace that was touched least recently is forgotten first. */
import type { Span } from "./span.ts";

type Owner = Pick<Span, "project" | "traceId">;

/**
 * While a deletion runs, what is stored may be deleted right after. So of what was forgotten nothing is remembered for
 * longer than a deletion may take (`max_execution_time` 30 s).
 */
const deletionMs = 60_000;

/** @param maxFacts Over all traces. */
export function createTraceMemory<Fact>(maxFacts: number, nowMs: () => number = () => performance.now()) {
  const traces = new Map<string, Map<string, Fact>>();
  /** By trace, or `<project>/*`: until when nothing of it is remembered. */
  const deleted = new Map<string, number>();
  let factCount = 0;

  const drop = (key: string) => {
    factCount -= traces.get(key)?.size ?? 0;
    traces.delete(key);
  };
  const isBeingDeleted = (key: string, projectKey: string) => {
    if (deleted.size === 0) return false;
    const untilMs = Math.max(deleted.get(key) ?? 0, deleted.get(projectKey) ?? 0);
    return nowMs() < untilMs;
  };

  return {
    get: (owner: Owner, name: string): Fact | undefined => traces.get(toKey(owner))?.get(name),

    /** All that is known of a trace, by name. */
    list: (owner: Owner): ReadonlyMap<string, Fact> | undefined => traces.get(toKey(owner)),

    /** `undefined` takes the fact away. */
    set(owner: Owner, name: string, fact: Fact | undefined): void {
      const key = toKey(owner);
      const facts = traces.get(key) ?? new Map<string, Fact>();
      factCount -= facts.size;
      if (fact === undefined) facts.delete(name);
      else if (!isBeingDeleted(key, `${owner.project.id}/*`)) facts.set(name, fact);
      factCount += facts.size;
      // Moved to the end: see the order of forgetting.
      traces.delete(key);
      if (facts.size > 0) traces.set(key, facts);
      for (const oldest of traces.keys()) {
        if (factCount <= maxFacts) break;
        drop(oldest);
      }
    },

    /** For what is about to be deleted. */
    forget(projectId: number, traceIds: readonly string[] | "all"): void {
      const prefix = `${projectId}/`;
      for (const [key, untilMs] of deleted) if (untilMs < nowMs()) deleted.delete(key);
      const keys = traceIds === "all" ? [`${prefix}*`] : traceIds.map((traceId) => prefix + traceId);
      for (const key of keys) deleted.set(key, nowMs() + deletionMs);
      const gone = traceIds === "all" ? [...traces.keys()].filter((key) => key.startsWith(prefix)) : keys;
      for (const key of gone) drop(key);
    },
  };
}

function toKey({ project, traceId }: Owner): string {
  return `${project.id}/${traceId}`;
}

/** Traces that were examined lately, so that one that gets spans afterwards is examined again. */
import type { CompletedRoot } from "../telemetry/completed-root.ts";

const maxTraces = 10_000;
/** A trace that gets spans for hours is not examined with each of them. */
const maxTimes = 10;

export function createExaminedTraces() {
  /** In the order in which they were examined. */
  const examined = new Map<string, { root: CompletedRoot; times: number }>();
  return {
    /** Of the oldest ones none is remembered. */
    remember(key: string, root: CompletedRoot): void {
      const times = (examined.get(key)?.times ?? 0) + 1;
      examined.delete(key);
      examined.set(key, { root, times });
      const [oldest] = examined.keys();
      if (oldest !== undefined && examined.size > maxTraces) examined.delete(oldest);
    },

    /** Undefined when the trace is not known, or was examined often enough. */
    findOptional(key: string): CompletedRoot | undefined {
      const known = examined.get(key);
      return known && known.times < maxTimes ? known.root : undefined;
    },

    /** Those whose key begins so. */
    forget(prefix: string): void {
      for (const key of examined.keys()) if (key.startsWith(prefix)) examined.delete(key);
    },
  };
}

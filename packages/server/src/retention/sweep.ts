/** What is older than its project keeps goes, hourly; and what was deleted leaves the disk. */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import { keptFromMicros } from "./kept-from.ts";
import type { RetentionStore } from "./store.ts";

const intervalMs = 3600 * 1000;
/** Deleted together: one statement a table, however many there are. */
const tracesAtOnce = 50_000;

/** A function that deletes what has expired in each project, and removes deleted rows from the disk. */
export function createSweep(store: RetentionStore, now: () => Date) {
  return async (signal?: AbortSignal): Promise<void> => {
    for (const project of await store.listRetained()) {
      const beforeMicros = keptFromMicros(project, now());
      if (beforeMicros === null) continue;
      for (let marked = tracesAtOnce; marked === tracesAtOnce && !signal?.aborted; ) {
        const deletion = randomUUID();
        await store.markExpiredTraces(project.id, deletion, beforeMicros, tracesAtOnce);
        marked = await store.countMarked(project.id, deletion);
        if (marked > 0) await store.deleteExpired(project.id, deletion);
      }
      await store.deleteOrphans(project.id, beforeMicros);
    }
    if (!signal?.aborted) await store.applyDeletes();
  };
}

/** Works at once, then hourly until it is closed. */
export function startSweepClock(work: (signal: AbortSignal) => Promise<void>, log: Logger) {
  const closing = new AbortController();
  const { signal } = closing;
  const run = async () => {
    while (!signal.aborted) {
      await work(signal).catch((error: unknown) => log.error({ err: error }, "retention"));
      await delay(intervalMs, undefined, { signal }).catch(() => {});
    }
  };
  const running = run();
  return {
    /** Waits for the statements under way. */
    async close(): Promise<void> {
      closing.abort();
      await running;
    },
  };
}

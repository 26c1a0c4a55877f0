/** The steps of rollouts that need no traffic: minimum durations pass by themselves. */
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type { Rollouts } from "./rollouts.ts";

const tickMs = 1000;

/** Ticks until it is closed; a slow tick delays the next one. */
export function startRolloutClock(proceedAll: Rollouts["proceedAll"], log: Logger) {
  const closing = new AbortController();
  const run = async () => {
    while (!closing.signal.aborted) {
      await delay(tickMs, undefined, { signal: closing.signal }).catch(() => {});
      if (!closing.signal.aborted) await proceedAll().catch((error) => log.error({ err: error }, "rollout clock"));
    }
  };
  const running = run();
  return {
    /** Waits for the tick under way. */
    async close(): Promise<void> {
      closing.abort();
      await running;
    },
  };
}

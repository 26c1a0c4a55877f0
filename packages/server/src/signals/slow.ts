import type { Evidence, Finding } from "./evidence.ts";

/** Below this, a 95th percentile says little about what is usual. */
const minHistory = 30;
const timesP95 = 3;
/** People do not notice less, whatever the history says. */
export const minSlowMs = 1000;

/**
 * Far slower than this kind of trace used to be: beyond 3 × the 95th percentile of its history, and beyond a second.
 * Severity 1, because the answer was still given: it does not make a unit of a rollout fail.
 */
export function detectSlow({ root, history }: Evidence): Finding | undefined {
  if (history.count < minHistory || history.p95Ms === null) return undefined;
  if (root.durationMs <= minSlowMs || root.durationMs <= timesP95 * history.p95Ms) return undefined;
  const times = history.p95Ms > 0 ? ` (${(root.durationMs / history.p95Ms).toFixed(1)} ×)` : "";
  return {
    spanId: null,
    severity: 1,
    reason: `Took ${toSeconds(root.durationMs)}; 95 % of ${history.count} earlier traces took at most ${toSeconds(history.p95Ms)}${times}.`,
  };
}

function toSeconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(2)} s`;
}

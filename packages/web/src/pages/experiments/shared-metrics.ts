import type { Comparison } from "@ratchet/protocol";

/** The names of the metrics that both sides have, in the candidate's order. */
export function sharedMetrics({ baseline, candidate }: Pick<Comparison, "baseline" | "candidate">): string[] {
  const known = new Set(baseline.metrics.map(({ name }) => name));
  return candidate.metrics.map(({ name }) => name).filter((name) => known.has(name));
}

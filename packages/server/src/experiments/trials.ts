/** What a trial counts as: the gate's view of it, and whether it passed. */
import type { Case, MetricInfo, TrialResult } from "@ratchet/protocol";
import type { GateArm, GateCase, PassCount } from "@ratchet/stats";

/** Trials beyond those planned are re-runs of locked cases; averages leave them out. */
export function plannedOnly(results: readonly TrialResult[], plannedTrials: number): TrialResult[] {
  return results.filter(({ trial }) => trial <= plannedTrials);
}

export function toArm(experiment: { trials: number }, results: readonly TrialResult[]): GateArm {
  return { plannedTrials: experiment.trials, trials: results };
}

export function toGateCase({ id, metadata, cluster }: Case): GateCase {
  return { id, metadata, cluster: cluster ?? null };
}

/**
 * A trial passes when the target did not fail and every score of a bounded metric lies in the better half of its range:
 * 1 of a pass-or-fail metric, more than 0.5 of a graded one.
 */
function isPassed({ outcome, scores }: TrialResult, metrics: readonly MetricInfo[]): boolean {
  if (outcome !== "ok") return false;
  return metrics.every(({ name, direction, range }) => {
    const score = Object.hasOwn(scores, name) ? (scores[name] ?? null) : null;
    if (score === null || range === null) return true;
    const middle = (range[0] + range[1]) / 2;
    return direction === "higher" ? score > middle : score < middle;
  });
}

/** Passes and trials of each case; void trials are none. */
export function countPasses(
  results: readonly TrialResult[],
  metrics: readonly MetricInfo[],
): ReadonlyMap<string, PassCount> {
  const counts = new Map<string, PassCount>();
  for (const result of results) {
    if (result.outcome === "void") continue;
    const { passes, trials } = counts.get(result.caseId) ?? { passes: 0, trials: 0 };
    counts.set(result.caseId, { passes: passes + Number(isPassed(result, metrics)), trials: trials + 1 });
  }
  return counts;
}

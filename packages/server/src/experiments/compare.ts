/** Two experiments side by side, case by case. */
import type { CasePair, MetricInfo, TrialResult } from "@ratchet/protocol";
import { caseValues } from "@ratchet/stats";
import type { DigestedCase } from "../datasets/datasets.ts";
import { plannedOnly, toArm } from "./trials.ts";

export interface ComparedSide {
  trials: number;
  results: readonly TrialResult[];
}

/** Means of trials are equal when only rounding tells them apart. */
const rounding = 1e-12;

/** Regressions first, worst before mild; then improvements; then the rest in the dataset's order. */
export function pairCases(
  cases: readonly DigestedCase[],
  metric: MetricInfo,
  sides: { baseline: ComparedSide; candidate: ComparedSide },
): CasePair[] {
  const baseline = readSide(sides.baseline, metric);
  const candidate = readSide(sides.candidate, metric);
  const pairs = cases.flatMap((each) => {
    const [left, right] = [baseline.get(each.id), candidate.get(each.id)];
    if (!left || !right) return [];
    const gain = gainOf(left.score, right.score, metric);
    const change = gain > rounding ? "improved" : gain < -rounding ? "regressed" : "unchanged";
    const { id: caseId, input, reference = null, metadata, locked } = each;
    const pair: CasePair = {
      caseId,
      input,
      reference,
      metadata,
      baseline: left,
      candidate: right,
      change,
      locked: locked !== null,
    };
    return [{ pair, gain }];
  });
  const order = { regressed: 0, improved: 1, unchanged: 2 };
  return pairs
    .sort((a, b) => order[a.pair.change] - order[b.pair.change] || Math.abs(b.gain) - Math.abs(a.gain))
    .map(({ pair }) => pair);
}

function gainOf(before: number | null, after: number | null, { direction }: MetricInfo): number {
  if (before === null || after === null) return 0;
  return direction === "higher" ? after - before : before - after;
}

/** The score is the mean over trials; text comes from the trial that explains it best: one that failed, or the first. */
function readSide({ trials, results }: ComparedSide, metric: MetricInfo): Map<string, CasePair["baseline"]> {
  const values = caseValues(toArm({ trials }, results), metric);
  const byCase = Map.groupBy(plannedOnly(results, trials), ({ caseId }) => caseId);
  return new Map(
    [...byCase].map(([caseId, ofCase]) => {
      const shown = (ofCase.find(({ outcome }) => outcome !== "ok") ?? ofCase[0]) as TrialResult;
      const durationMs = ofCase.reduce((sum, each) => sum + each.durationMs, 0) / ofCase.length;
      return [
        caseId,
        {
          score: values.get(caseId) ?? null,
          output: shown.output,
          error: shown.error,
          reason: Object.hasOwn(shown.reasons, metric.name) ? (shown.reasons[metric.name] ?? null) : null,
          traceId: shown.traceId,
          durationMs,
        },
      ];
    }),
  );
}

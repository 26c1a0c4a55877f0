/** An experiment's trials, gathered by case. */
import type { TrialResult } from "@ratchet/protocol";

export interface CaseResult {
  caseId: string;
  /** In the order of their number. */
  trials: TrialResult[];
  /** Mean over the trials that have a score, by metric; absent without any. */
  means: Record<string, number>;
  errorCount: number;
  voidCount: number;
  meanDurationMs: number;
}

/** Cases with errors first, then void ones, then the lowest first metric first: what needs a look stands on top. */
export function groupByCase(results: readonly TrialResult[]): CaseResult[] {
  const byCase = Map.groupBy(results, (result) => result.caseId);
  const cases = [...byCase].map(([caseId, own]): CaseResult => {
    const trials = own.toSorted((a, b) => a.trial - b.trial);
    return {
      caseId,
      trials,
      means: meansOf(trials),
      errorCount: trials.filter(({ outcome }) => outcome === "error").length,
      voidCount: trials.filter(({ outcome }) => outcome === "void").length,
      meanDurationMs: trials.reduce((sum, { durationMs }) => sum + durationMs, 0) / trials.length,
    };
  });
  return cases.sort(
    (a, b) =>
      Number(b.errorCount > 0) - Number(a.errorCount > 0) ||
      Number(b.voidCount > 0) - Number(a.voidCount > 0) ||
      firstMean(a) - firstMean(b),
  );
}

function meansOf(trials: readonly TrialResult[]): Record<string, number> {
  const sums = new Map<string, { sum: number; n: number }>();
  for (const { scores } of trials) {
    for (const [metric, score] of Object.entries(scores)) {
      if (score === null) continue;
      const { sum, n } = sums.get(metric) ?? { sum: 0, n: 0 };
      sums.set(metric, { sum: sum + score, n: n + 1 });
    }
  }
  return Object.fromEntries([...sums].map(([metric, { sum, n }]) => [metric, sum / n]));
}

function firstMean({ means }: CaseResult): number {
  return Object.values(means)[0] ?? Number.POSITIVE_INFINITY;
}

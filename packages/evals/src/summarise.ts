/** Means of a run without a server. With one, the server counts: page and terminal then print the same numbers. */
import type { TrialResult } from "@ratchet/protocol";
import { mean, meanInterval } from "@ratchet/stats";
import type { Metric } from "./evaluator.ts";
import type { RunnableCase } from "./local-case.ts";

export interface MetricSummary {
  /** Mean over cases of each case's mean over its trials. */
  readonly mean: number | null;
  /** 95 % interval, clustered when cases name clusters; `null` where it is not defined, as for one case. */
  readonly low: number | null;
  readonly high: number | null;
  /** Cases that count. */
  readonly n: number;
}

export interface RunSummary {
  readonly caseCount: number;
  /** Cases with a trial that failed for harness or provider: left out of every mean. */
  readonly voidCount: number;
  /** Cases with a trial in which the task failed: the worst of the metric's range, or left out when it has none. */
  readonly errorCount: number;
  readonly metrics: Readonly<Record<string, MetricSummary>>;
}

export function summariseResults(
  metrics: readonly Metric[],
  cases: readonly RunnableCase[],
  results: readonly TrialResult[],
): RunSummary {
  const byCase = Map.groupBy(results, ({ caseId }) => caseId);
  const run = cases.flatMap((item) => {
    const trials = byCase.get(item.id);
    return trials ? [{ item, trials, isVoid: trials.some(({ outcome }) => outcome === "void") }] : [];
  });
  const counted = run.filter(({ isVoid }) => !isVoid);
  return {
    caseCount: run.length,
    voidCount: run.length - counted.length,
    errorCount: counted.filter(({ trials }) => trials.some(({ outcome }) => outcome === "error")).length,
    metrics: Object.fromEntries(
      metrics.map((metric) => {
        const scored = counted.flatMap(({ item, trials }) => {
          const scores = trials.flatMap((trial) => scoreOf(metric, trial) ?? []);
          return scores.length === 0 ? [] : [{ score: mean(scores), cluster: item.cluster ?? item.id }];
        });
        return [metric.name, summarise(scored)];
      }),
    ),
  };
}

function scoreOf(metric: Metric, trial: TrialResult): number | null {
  if (trial.outcome === "ok") return trial.scores[metric.name] ?? null;
  if (metric.range === null) return null;
  return metric.direction === "higher" ? metric.range[0] : metric.range[1];
}

function summarise(scored: readonly { score: number; cluster: string }[]): MetricSummary {
  const n = scored.length;
  const scores = scored.map(({ score }) => score);
  if (n === 0) return { mean: null, low: null, high: null, n };
  const clusters = scored.map(({ cluster }) => cluster);
  const interval = meanInterval(scores, new Set(clusters).size < n ? { alpha: 0.05, clusters } : { alpha: 0.05 });
  return { mean: interval.mean, low: interval.low, high: interval.high, n };
}

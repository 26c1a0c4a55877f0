/** Means of a run without a server. With one, the server counts: page and terminal then print the same numbers. */
import type { TrialResult } from "@ratchet/protocol";
import { caseValues, meanInterval } from "@ratchet/stats";
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

/** The same rules as the server's: what a case is worth comes from `@ratchet/stats` in both. */
export function summariseResults(
  metrics: readonly Metric[],
  cases: readonly RunnableCase[],
  results: readonly TrialResult[],
): RunSummary {
  const byCase = Map.groupBy(results, ({ caseId }) => caseId);
  const counted = [...byCase.values()].filter((trials) => trials.every(({ outcome }) => outcome !== "void"));
  const arm = { plannedTrials: Number.POSITIVE_INFINITY, trials: counted.flat() };
  const clusters = new Map(cases.map(({ id, cluster }) => [id, cluster ?? null]));
  return {
    caseCount: byCase.size,
    voidCount: byCase.size - counted.length,
    errorCount: counted.filter((trials) => trials.some(({ outcome }) => outcome === "error")).length,
    metrics: Object.fromEntries(metrics.map((metric) => [metric.name, summarise(caseValues(arm, metric), clusters)])),
  };
}

function summarise(values: ReadonlyMap<string, number>, clusterOf: ReadonlyMap<string, string | null>): MetricSummary {
  const n = values.size;
  if (n === 0) return { mean: null, low: null, high: null, n };
  const clusters = [...values.keys()].map((caseId) => clusterOf.get(caseId) ?? null);
  const { mean, low, high } = meanInterval([...values.values()], { alpha: 0.05, clusters });
  return { mean, low, high, n };
}

/** An experiment in a few numbers. */
import type { Case, Experiment, MetricInfo, TrialResult } from "@ratchet/protocol";
import { caseValues, meanInterval } from "@ratchet/stats";
import { plannedOnly, toArm } from "./trials.ts";

export type Summary = Pick<Experiment, "caseCount" | "voidCount" | "errorCount"> & { metrics: Experiment["summary"] };

/** Cases with a void trial are counted and left out; errors count as the worst value, as in the gate. */
export function summarise(
  experiment: { metrics: readonly MetricInfo[]; trials: number },
  results: readonly TrialResult[],
  cases: readonly Pick<Case, "id" | "cluster">[],
): Summary {
  const byCase = Map.groupBy(plannedOnly(results, experiment.trials), ({ caseId }) => caseId);
  const counted = [...byCase.values()].filter((trials) => trials.every(({ outcome }) => outcome !== "void"));
  const arm = toArm(experiment, counted.flat());
  const clusters = new Map(cases.map(({ id, cluster }) => [id, cluster ?? null]));
  return {
    caseCount: byCase.size,
    voidCount: byCase.size - counted.length,
    errorCount: counted.filter((trials) => trials.some(({ outcome }) => outcome === "error")).length,
    metrics: Object.fromEntries(
      experiment.metrics.map((metric) => [metric.name, summariseMetric(caseValues(arm, metric), clusters)]),
    ),
  };
}

function summariseMetric(values: ReadonlyMap<string, number>, clusters: ReadonlyMap<string, string | null>) {
  const n = values.size;
  if (n === 0) return { mean: null, low: null, high: null, n };
  const labels = [...values.keys()].map((caseId) => clusters.get(caseId) ?? null);
  const { mean, low, high } = meanInterval([...values.values()], { alpha: 0.05, clusters: labels });
  return { mean, low, high, n };
}

/** The gate's one comparison of two arms over the same cases: interval and p from one test. */
import { bootstrapBelowZero } from "./bootstrap.ts";
import { type ClusterLabels, clusterResiduals } from "./clusters.ts";
import { constantBelowP, constantInterval } from "./constant-values.ts";
import { meanInterval } from "./mean-interval.ts";
import { skewness } from "./moments.ts";
import { pairedProportions, pairedProportionsWorseP } from "./paired-proportions.ts";
import { tCdf } from "./student-t.ts";

export type ComparisonMethod = "tango" | "paired-t" | "clustered-t" | "bootstrap";

/** Values oriented so that more is better. */
export interface PairedValues {
  baseline: readonly number[];
  candidate: readonly number[];
  /** Absent when no two cases share a source. */
  clusters: ClusterLabels | undefined;
  /** Each case has one 0/1 value an arm. */
  binary: boolean;
  /** Width of the metric's range; `null` without one. */
  rangeWidth: number | null;
}

export interface PairedComparison {
  method: ComparisonMethod;
  difference: number;
  /** `null`, with the interval and p, when there is only one independent unit. */
  low: number | null;
  high: number | null;
  /** One-sided, of "the candidate is worse". */
  p: number | null;
  units: number;
  /** Variance of the difference a case, clustering included; 0 when all cases differ alike. */
  variancePerCase: number;
}

/** A tail of fewer than 10 of 10,000 resamples shows nothing: the t test goes deeper. */
const smallestBootstrapAlpha = 0.001;
/** With more units the t test is as good, and resampling would take seconds. */
const mostBootstrapUnits = 2000;

/** @param alpha One-sided: the interval is the two-sided one at level 1 − 2·alpha. */
export function comparePaired(values: PairedValues, alpha: number): PairedComparison {
  const { baseline, candidate, clusters, binary } = values;
  const differences = candidate.map((value, index) => value - (baseline[index] as number));
  const interval = meanInterval(differences, { alpha: 2 * alpha, clusters });
  const { mean: difference, clusters: units, df, n, se } = interval;
  const variancePerCase = se === null ? 0 : se * se * n;
  const shape = { difference, units, variancePerCase };
  if (binary && clusters === undefined) return { ...shape, method: "tango", ...compareBinary(differences, alpha) };

  const residuals = clusterResiduals(differences, difference, clusters);
  const canResample = units >= 30 && units <= mostBootstrapUnits && alpha >= smallestBootstrapAlpha;
  const skewed = canResample && Math.abs(skewness(residuals) ?? 0) > 1;
  const method = skewed ? "bootstrap" : clusters === undefined ? "paired-t" : "clustered-t";
  if (units < 2) return { ...shape, method, low: null, high: null, p: null };
  if (se === null) return { ...shape, method, ...compareConstant(values, { difference, units, alpha }) };
  if (skewed) {
    const { low, high, p } = bootstrapBelowZero(differences, plainMean, { alpha: 2 * alpha, clusters });
    return { ...shape, method, low, high, p };
  }
  return { ...shape, method, low: interval.low, high: interval.high, p: tCdf(difference / se, df) };
}

function compareBinary(differences: readonly number[], alpha: number) {
  const onlyA = differences.filter((difference) => difference < 0).length;
  const onlyB = differences.filter((difference) => difference > 0).length;
  const counts = { both: differences.length - onlyA - onlyB, onlyA, onlyB, neither: 0 };
  const { low, high } = pairedProportions(counts, { alpha: 2 * alpha });
  return { low, high, p: pairedProportionsWorseP(counts) };
}

/** Without a declared range the spread that was seen over both arms stands in for it. */
function compareConstant(
  { baseline, candidate, rangeWidth }: PairedValues,
  { difference, units, alpha }: { difference: number; units: number; alpha: number },
) {
  const seen = [...baseline, ...candidate];
  const width = rangeWidth ?? seen.reduce((a, b) => Math.max(a, b)) - seen.reduce((a, b) => Math.min(a, b));
  const { low, high } = constantInterval({ value: difference, n: units, alpha, lowest: -width, highest: width });
  return { low, high, p: constantBelowP({ value: difference, n: units, highest: width, threshold: 0 }) };
}

function plainMean(sample: readonly number[]): number {
  let sum = 0;
  for (const value of sample) sum += value;
  return sum / sample.length;
}

/** How sure a mean is. */
import { type ClusterLabels, clusterResiduals } from "./clusters.ts";
import { mean } from "./moments.ts";
import { requireOpenProbability } from "./probability.ts";
import { tQuantile } from "./student-t.ts";

export interface MeanInterval {
  mean: number;
  /** `null`, like the interval, when there are fewer than two independent units, or all of them agree exactly. */
  se: number | null;
  low: number | null;
  high: number | null;
  df: number;
  n: number;
  /** How many independent units there are; n without clusters. */
  clusters: number;
}

/**
 * The mean of x with its t interval at level 1 − alpha. With clusters the variance is Liang–Zeger's times C/(C − 1),
 * with C − 1 degrees of freedom; without, this is the ordinary t interval.
 *
 * Values that all agree have no interval: their spread is unknown, not zero.
 *
 * @throws RangeError when x is empty or not finite, labels do not match, or alpha is outside (0, 1).
 * @example meanInterval([0.2, 0.4, 0.9], { alpha: 0.05 })
 */
export function meanInterval(
  x: readonly number[],
  { alpha, clusters }: { alpha: number; clusters?: ClusterLabels | undefined },
): MeanInterval {
  requireOpenProbability(alpha, "alpha");
  const center = mean(x);
  const residuals = clusterResiduals(x, center, clusters);
  const count = residuals.length;
  const df = count - 1;
  const shape = { mean: center, df, n: x.length, clusters: count };
  const squares = residuals.reduce((sum, residual) => sum + residual * residual, 0);
  const se = Math.sqrt((squares * count) / df) / x.length;
  const largest = x.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  // Units that agree but for rounding would make an interval of no width.
  if (count < 2 || se <= largest * 1e-13) return { ...shape, se: null, low: null, high: null };
  const half = tQuantile(1 - alpha / 2, df) * se;
  return { ...shape, se, low: center - half, high: center + half };
}

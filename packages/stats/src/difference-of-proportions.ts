/** How far apart the shares of two independent groups are. */
import { requireOpenProbability } from "./probability.ts";
import { proportionInterval } from "./proportion-interval.ts";

/**
 * The difference k1/n1 − k2/n2 (group 1 minus group 2) with Newcombe's hybrid score interval: the Wilson limits of both
 * shares, combined. Newcombe 1998, method 10.
 *
 * @throws RangeError unless 0 ≤ k ≤ n are integers, n ≥ 1 in both groups, and alpha lies in (0, 1).
 * @example differenceOfProportions(56, 70, 48, 80, { alpha: 0.05 }) // 0.2 in [0.0524, 0.3339]
 */
export function differenceOfProportions(
  k1: number,
  n1: number,
  k2: number,
  n2: number,
  { alpha }: { alpha: number },
): { difference: number; low: number; high: number } {
  requireOpenProbability(alpha, "alpha");
  const first = proportionInterval(k1, n1, { alpha });
  const second = proportionInterval(k2, n2, { alpha });
  const difference = first.estimate - second.estimate;
  return {
    difference,
    low: difference - Math.hypot(first.estimate - first.low, second.high - second.estimate),
    high: difference + Math.hypot(first.high - first.estimate, second.estimate - second.low),
  };
}

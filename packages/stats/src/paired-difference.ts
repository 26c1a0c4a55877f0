/** Two measurements of the same cases. */
import type { ClusterLabels } from "./clusters.ts";
import { meanInterval } from "./mean-interval.ts";
import { tCdf } from "./student-t.ts";

export interface PairedDifference {
  difference: number;
  /** `null`, with the interval, t and p, when fewer than two units differ from one another. */
  se: number | null;
  low: number | null;
  high: number | null;
  t: number | null;
  /** Two-sided. */
  p: number | null;
  df: number;
  n: number;
  clusters: number;
}

/**
 * The mean of b − a per case, with its (clustered) t interval at level 1 − alpha and the two-sided p of no difference
 * (Miller 2024, arXiv 2411.00640).
 *
 * @throws RangeError when the lengths differ, a value is not finite, or alpha is outside (0, 1).
 * @example pairedDifference([1, 2, 3], [2, 2, 5], { alpha: 0.05 }).difference // 1
 */
export function pairedDifference(
  a: readonly number[],
  b: readonly number[],
  { alpha, clusters }: { alpha: number; clusters?: ClusterLabels | undefined },
): PairedDifference {
  if (a.length !== b.length) throw new RangeError(`Pairs need equal lengths, not ${a.length} and ${b.length}`);
  const { mean: difference, ...rest } = meanInterval(
    b.map((value, index) => value - (a[index] as number)),
    { alpha, clusters },
  );
  const t = rest.se === null ? null : difference / rest.se;
  return { difference, ...rest, t, p: t === null ? null : 2 * tCdf(-Math.abs(t), rest.df) };
}

/** Quantiles of a sample. */
import { requireFinite } from "./probability.ts";

/**
 * The sample quantile at p in [0, 1], by linear interpolation of the order statistics (Hyndman & Fan 1996, R's types
 * 4 to 9; 7 is R's default).
 *
 * @throws RangeError when x is empty or not finite, or p is outside [0, 1].
 * @example quantile([1, 2, 3, 4], 0.5) // 2.5
 */
export function quantile(x: readonly number[], p: number, type: 4 | 5 | 6 | 7 | 8 | 9 = 7): number {
  requireFinite(x);
  if (!(p >= 0 && p <= 1)) throw new RangeError(`p lies in [0, 1], not ${p}`);
  return quantileOfSorted(Float64Array.from(x).sort(), p, type);
}

/** As {@link quantile}, of values that are already ascending. */
export function quantileOfSorted(sorted: Float64Array, p: number, type: 4 | 5 | 6 | 7 | 8 | 9 = 7): number {
  const n = sorted.length;
  const [alpha, beta] = plottingPositions[type];
  // As R: without the fuzz, 0.3 × 10 falls short of 3 by one rounding.
  const fuzz = 4 * Number.EPSILON;
  const position = alpha + p * (n + 1 - alpha - beta);
  const rank = Math.floor(position + fuzz);
  const weight = Math.abs(position - rank) < fuzz ? 0 : position - rank;
  const below = sorted[Math.min(Math.max(rank, 1), n) - 1] as number;
  const above = sorted[Math.min(Math.max(rank + 1, 1), n) - 1] as number;
  return weight === 0 ? below : weight === 1 ? above : (1 - weight) * below + weight * above;
}

const plottingPositions = {
  4: [0, 1],
  5: [0.5, 0.5],
  6: [0, 0],
  7: [1, 1],
  8: [1 / 3, 1 / 3],
  9: [3 / 8, 3 / 8],
} as const;

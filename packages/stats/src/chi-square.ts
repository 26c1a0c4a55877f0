/** The chi-square distribution. */
import { incompleteGamma } from "./gamma.ts";

/**
 * P(X ≤ x) for chi-square with `df` degrees of freedom.
 *
 * @throws RangeError when x is NaN or df is not positive.
 * @example chiSquareCdf(3.841458820694124, 1) // 0.95
 */
export function chiSquareCdf(x: number, df: number): number {
  return tails(x, df).lower;
}

/** P(X > x), without the cancellation of 1 − cdf. */
export function chiSquareUpperTail(x: number, df: number): number {
  return tails(x, df).upper;
}

function tails(x: number, df: number): { lower: number; upper: number } {
  if (Number.isNaN(x)) throw new RangeError("chiSquareCdf needs a number, not NaN");
  if (!(df > 0 && df < Number.POSITIVE_INFINITY)) throw new RangeError(`Degrees of freedom are positive, not ${df}`);
  return incompleteGamma(df / 2, x / 2);
}

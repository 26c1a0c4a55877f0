/** Student's t distribution. */
import { incompleteBeta, invertBeta } from "./beta.ts";
import { requireOpenProbability } from "./probability.ts";

/**
 * P(T ≤ t) with `df` degrees of freedom (not necessarily an integer).
 *
 * @throws RangeError when t is NaN or df is not positive.
 * @example tCdf(-2.2281388519649385, 10) // 0.025
 */
export function tCdf(t: number, df: number): number {
  if (Number.isNaN(t)) throw new RangeError("tCdf needs a number, not NaN");
  requireDegrees(df);
  if (t === 0) return 0.5;
  if (!Number.isFinite(t)) return t < 0 ? 0 : 1;
  const square = t * t;
  const { lower } = incompleteBeta({ x: df / (df + square), y: square / (df + square), a: df / 2, b: 0.5 });
  return t < 0 ? lower / 2 : 1 - lower / 2;
}

/**
 * The t with P(T ≤ t) = p.
 *
 * @throws RangeError unless 0 < p < 1 and df > 0.
 * @example tQuantile(0.975, 10) // 2.2281388519649385
 */
export function tQuantile(p: number, df: number): number {
  requireOpenProbability(p, "p");
  requireDegrees(df);
  if (p === 0.5) return 0;
  if (p > 0.5) return -tQuantile(1 - p, df);
  const { x, y } = invertBeta({ lower: 2 * p, upper: 1 - 2 * p, a: df / 2, b: 0.5 });
  return -Math.sqrt((df * y) / x);
}

function requireDegrees(df: number): void {
  if (!(df > 0 && df < Number.POSITIVE_INFINITY)) throw new RangeError(`Degrees of freedom are positive, not ${df}`);
}

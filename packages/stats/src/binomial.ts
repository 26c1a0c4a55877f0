/** The binomial distribution. */
import { incompleteBeta } from "./beta.ts";
import { halfDeviance, stirlingError } from "./gamma.ts";
import { requireCounts } from "./probability.ts";

/**
 * P(X = k) of n trials with chance p, by Loader's saddle-point expansion.
 *
 * @throws RangeError when k and n are no counts or p is outside [0, 1].
 * @example binomialPmf(2, 10, 0.5) // 0.0439453125
 */
export function binomialPmf(k: number, n: number, p: number): number {
  requireTrials(k, n, p);
  if (p === 0) return k === 0 ? 1 : 0;
  if (p === 1) return k === n ? 1 : 0;
  if (k === 0) return Math.exp(n * Math.log1p(-p));
  if (k === n) return Math.exp(n * Math.log(p));
  const rest = n - k;
  const exponent =
    stirlingError(n) -
    stirlingError(k) -
    stirlingError(rest) -
    halfDeviance(k, n * p) -
    halfDeviance(rest, n * (1 - p));
  return Math.exp(exponent) * Math.sqrt(n / (2 * Math.PI * k * rest));
}

/**
 * P(X ≤ k) of n trials with chance p.
 *
 * @throws RangeError when k and n are no counts or p is outside [0, 1].
 * @example binomialCdf(2, 12, 0.5) // 0.019287109375
 */
export function binomialCdf(k: number, n: number, p: number): number {
  requireTrials(k, n, p);
  if (k === n || p === 0) return 1;
  if (p === 1) return 0;
  return incompleteBeta({ x: p, y: 1 - p, a: k + 1, b: n - k }).upper;
}

function requireTrials(k: number, n: number, p: number): void {
  requireCounts(k, n);
  if (!(p >= 0 && p <= 1)) throw new RangeError(`p lies in [0, 1], not ${p}`);
}

/** The beta distribution: the regularised incomplete beta function and its inverse. */
import { halfDeviance, stirlingError } from "./gamma.ts";
import { requireOpenProbability } from "./probability.ts";

/**
 * P(X ≤ x) for Beta(a, b).
 *
 * @throws RangeError when x is NaN, or a or b is not positive.
 * @example betaCdf(0.5, 2, 3) // 0.6875
 */
export function betaCdf(x: number, a: number, b: number): number {
  if (Number.isNaN(x)) throw new RangeError("betaCdf needs a number, not NaN");
  requireShapes(a, b);
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  return incompleteBeta({ x, y: 1 - x, a, b }).lower;
}

/**
 * The x with P(X ≤ x) = p for Beta(a, b).
 *
 * @throws RangeError unless 0 < p < 1 and a, b > 0.
 * @example betaQuantile(0.95, 1, 59) // 0.0495…: "0 of 59" bounds a rate below 5 %
 */
export function betaQuantile(p: number, a: number, b: number): number {
  requireOpenProbability(p, "p");
  requireShapes(a, b);
  return invertBeta({ lower: p, upper: 1 - p, a, b }).x;
}

/** Both tails at x, where y = 1 − x is given apart so that neither is rounded. */
export function incompleteBeta(point: { x: number; y: number; a: number; b: number }): {
  lower: number;
  upper: number;
} {
  const { x, y, a, b } = point;
  const density = betaPower(x, y, a, b);
  if (x <= (a + 1) / (a + b + 2)) {
    const lower = (density / a) * betaFraction(x, a, b);
    return { lower, upper: 1 - lower };
  }
  const upper = (density / b) * betaFraction(y, b, a);
  return { lower: 1 - upper, upper };
}

/**
 * The point where the tails are `lower` and `upper` (summing to 1), as x and y = 1 − x; the smaller of the two is
 * found with full relative accuracy.
 */
export function invertBeta({ lower, upper, a, b }: Inversion): { x: number; y: number } {
  const inLowerHalf = incompleteBeta({ x: 0.5, y: 0.5, a, b }).lower >= lower;
  if (inLowerHalf) {
    const x = solveBelowHalf({ lower, upper, a, b });
    return { x, y: 1 - x };
  }
  const y = solveBelowHalf({ lower: upper, upper: lower, a: b, b: a });
  return { x: 1 - y, y };
}

interface Inversion {
  lower: number;
  upper: number;
  a: number;
  b: number;
}

/** Newton's method within a bracket, on log x against the logarithm of the smaller tail: nearly a straight line. */
function solveBelowHalf({ lower, upper, a, b }: Inversion): number {
  const byLower = lower < upper;
  const target = Math.log(byLower ? lower : upper);
  let low = -745;
  let high = Math.log(0.5);
  let logX = Math.min(high, (Math.log(lower) + Math.log(a) + logBeta(a, b)) / a);
  if (!(logX > low)) logX = (low + high) / 2;
  for (let step = 0; step < 200; step++) {
    const x = Math.exp(logX);
    const tails = incompleteBeta({ x, y: 1 - x, a, b });
    const tail = byLower ? tails.lower : tails.upper;
    const error = (Math.log(tail) - target) * (byLower ? 1 : -1);
    if (error > 0) high = logX;
    else low = logX;
    const slope = betaPower(x, 1 - x, a, b) / (1 - x) / tail;
    let next = logX - error / slope;
    if (!(next > low && next < high)) next = (low + high) / 2;
    if (Math.abs(next - logX) <= 1e-16 * Math.max(1, Math.abs(logX))) break;
    logX = next;
  }
  return Math.exp(logX);
}

/** x^a y^b / B(a, b), by Loader's saddle point so that large shapes lose nothing. */
function betaPower(x: number, y: number, a: number, b: number): number {
  const n = a + b;
  const exponent =
    stirlingError(n) - stirlingError(a) - stirlingError(b) - halfDeviance(a, n * x) - halfDeviance(b, n * y);
  return Math.exp(exponent) * Math.sqrt((a / n) * (b / (2 * Math.PI)));
}

function logBeta(a: number, b: number): number {
  return -Math.log(betaPower(0.5, 0.5, a, b)) - (a + b) * Math.LN2;
}

/** The continued fraction of the incomplete beta function (DLMF 8.17.22) by Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1) || 1e-300);
  let value = d;
  for (let m = 1; m < 1_000_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d || 1e-300);
    c = 1 + even / c || 1e-300;
    value *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d || 1e-300);
    c = 1 + odd / c || 1e-300;
    value *= c * d;
    if (Math.abs(c * d - 1) < 2e-16) break;
  }
  return value;
}

function requireShapes(a: number, b: number): void {
  for (const shape of [a, b]) {
    if (!(shape > 0 && shape < Number.POSITIVE_INFINITY))
      throw new RangeError(`A beta shape is positive, not ${shape}`);
  }
}

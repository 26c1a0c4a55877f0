/** The standard normal distribution. */
import { incompleteGamma } from "./gamma.ts";
import { requireOpenProbability } from "./probability.ts";

/**
 * Φ(x), with full relative accuracy in the lower tail.
 *
 * @throws RangeError when x is NaN.
 * @example normalCdf(-1.959963984540054) // 0.025
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) throw new RangeError("normalCdf needs a number, not NaN");
  const { lower, upper } = incompleteGamma(0.5, (x * x) / 2);
  return x < 0 ? upper / 2 : 0.5 + lower / 2;
}

/**
 * Φ⁻¹(p): a rational start (Abramowitz & Stegun 26.2.23), polished by Halley's method.
 *
 * @throws RangeError unless 0 < p < 1.
 * @example normalQuantile(0.975) // 1.959963984540054
 */
export function normalQuantile(p: number): number {
  requireOpenProbability(p, "p");
  if (p === 0.5) return 0;
  // 1 − p is exact here, and only the lower tail keeps its relative accuracy.
  if (p > 0.5) return -normalQuantile(1 - p);
  const t = Math.sqrt(-2 * Math.log(p));
  const fraction = (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  let x = fraction - t;
  for (let step = 0; step < 3; step++) {
    const error = (normalCdf(x) - p) * Math.sqrt(2 * Math.PI) * Math.exp((x * x) / 2);
    x -= error / (1 + (x * error) / 2);
  }
  return x;
}

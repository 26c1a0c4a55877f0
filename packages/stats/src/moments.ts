/** Mean, variance and skewness of a sample. */
import { requireFinite } from "./probability.ts";

/**
 * The arithmetic mean.
 *
 * @throws RangeError when x is empty or holds a value that is not finite.
 * @example mean([1, 2, 6]) // 3
 */
export function mean(x: readonly number[]): number {
  requireFinite(x);
  let sum = 0;
  // What rounding takes from the sum (Neumaier 1974): a share of cases then comes out as exactly k/n.
  let lost = 0;
  for (const value of x) {
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return (sum + lost) / x.length;
}

/**
 * The sample variance, dividing by n − 1; `null` for a single value.
 *
 * @throws RangeError when x is empty or holds a value that is not finite.
 * @example variance([1, 2, 6]) // 7
 */
export function variance(x: readonly number[]): number | null {
  if (x.length === 1) {
    requireFinite(x);
    return null;
  }
  return sumOfPowers(x, 2) / (x.length - 1);
}

/** The moment coefficient of skewness g₁; `null` when all values are equal. */
export function skewness(x: readonly number[]): number | null {
  const second = sumOfPowers(x, 2) / x.length;
  if (second === 0) return null;
  return sumOfPowers(x, 3) / x.length / second ** 1.5;
}

function sumOfPowers(x: readonly number[], power: number): number {
  const center = mean(x);
  let sum = 0;
  for (const value of x) sum += (value - center) ** power;
  return sum;
}

/**
 * What can be said when every unit shows the same value: a t test would claim certainty. Units that would show another
 * value may exist; of n units none was seen, so with confidence 1 − α their share is below 1 − α^(1/n) (the "rule of
 * three"), and at worst they lie at the end of the possible range. Interval and p come from this one bound.
 */

/** One-sided bounds of the mean, each at confidence 1 − alpha. */
export function constantInterval(seen: { value: number; n: number; alpha: number; lowest: number; highest: number }): {
  low: number;
  high: number;
} {
  const { value, n, alpha, lowest, highest } = seen;
  const unseenShare = -Math.expm1(Math.log(alpha) / n);
  return { low: value - unseenShare * (value - lowest), high: value + unseenShare * (highest - value) };
}

/** The p of "the mean is below the threshold": the alpha at which the upper bound would touch it. */
export function constantBelowP(seen: { value: number; n: number; highest: number; threshold: number }): number {
  const { value, n, highest, threshold } = seen;
  if (value >= threshold) return 1;
  if (highest <= threshold) return 0;
  return ((highest - threshold) / (highest - value)) ** n;
}

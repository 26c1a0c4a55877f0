/** Bootstrap intervals for any statistic, cluster by cluster. */
import { type ClusterLabels, clusterIndices } from "./clusters.ts";
import { skewness } from "./moments.ts";
import { normalCdf, normalQuantile } from "./normal.ts";
import { requireFinite, requireOpenProbability } from "./probability.ts";
import { quantileOfSorted } from "./quantile.ts";
import { createRandom } from "./random.ts";

export interface BootstrapOptions {
  alpha: number;
  method?: "bca" | "percentile";
  seed?: number;
  resamples?: number;
  clusters?: ClusterLabels | undefined;
}

export interface BootstrapInterval {
  estimate: number;
  /** `null` when there are fewer than two units, or every resample gives the same value. */
  low: number | null;
  high: number | null;
}

/**
 * The statistic of x with its bootstrap interval at level 1 − alpha: bias-corrected and accelerated (Efron 1987) by
 * default. With labels whole clusters are resampled. The same seed gives the same interval.
 *
 * @throws RangeError when x is empty or not finite, or alpha is outside (0, 1).
 * @example bootstrap([3, 1, 4, 1, 5, 9], mean, { alpha: 0.1, seed: 1 })
 */
export function bootstrap(
  x: readonly number[],
  statistic: (sample: readonly number[]) => number,
  options: BootstrapOptions,
): BootstrapInterval {
  return toInterval(resample(x, statistic, options), options.alpha);
}

/**
 * As {@link bootstrap}, with the one-sided p of "below 0" from the same interval: the alpha at which its upper end
 * would touch 0. It is never smaller than what the number of resamples can show.
 */
export function bootstrapBelowZero(
  x: readonly number[],
  statistic: (sample: readonly number[]) => number,
  options: BootstrapOptions,
): BootstrapInterval & { p: number | null } {
  const distribution = resample(x, statistic, options);
  const { sorted, correction } = distribution;
  const interval = toInterval(distribution, options.alpha);
  if (correction === null) return { ...interval, p: null };
  const count = sorted.length;
  const share = Math.min(Math.max(shareBelow(sorted, 0), 1 / (count + 1)), count / (count + 1));
  return { ...interval, p: 1 - fromBootstrapLevel(share, correction) };
}

interface Distribution {
  estimate: number;
  /** The statistic of every resample, ascending. */
  sorted: Float64Array;
  /** `null` when the resamples say nothing about the spread. */
  correction: Correction | null;
}

function toInterval({ estimate, sorted, correction }: Distribution, alpha: number): BootstrapInterval {
  requireOpenProbability(alpha, "alpha");
  if (correction === null) return { estimate, low: null, high: null };
  const end = (level: number) => quantileOfSorted(sorted, toBootstrapLevel(level, correction));
  return { estimate, low: end(alpha / 2), high: end(1 - alpha / 2) };
}

interface Correction {
  bias: number;
  acceleration: number;
}

function resample(
  x: readonly number[],
  statistic: (sample: readonly number[]) => number,
  { method = "bca", seed = 1, resamples = 10_000, clusters }: BootstrapOptions,
): Distribution {
  requireFinite(x);
  if (!(Number.isInteger(resamples) && resamples >= 100)) {
    throw new RangeError(`resamples is an integer of at least 100, not ${resamples}`);
  }
  const units = clusterIndices(x.length, clusters).map((indices) => indices.map((index) => x[index] as number));
  const estimate = statistic(x);
  const sorted = new Float64Array(resamples);
  if (units.length < 2) return { estimate, sorted, correction: null };
  const random = createRandom(seed);
  for (let round = 0; round < resamples; round++) {
    const sample: number[] = [];
    for (let draw = 0; draw < units.length; draw++) {
      for (const value of units[Math.floor(random() * units.length)] as number[]) sample.push(value);
    }
    sorted[round] = statistic(sample);
  }
  sorted.sort();
  if (sorted[0] === sorted[resamples - 1]) return { estimate, sorted, correction: null };
  if (method === "percentile") return { estimate, sorted, correction: { bias: 0, acceleration: 0 } };
  const share = shareBelow(sorted, estimate);
  if (share === 0 || share === 1) return { estimate, sorted, correction: null };
  return {
    estimate,
    sorted,
    correction: { bias: normalQuantile(share), acceleration: acceleration(units, statistic) },
  };
}

/** From the jackknife that leaves out one unit at a time: a sixth of the skewness of its values, over √n. */
function acceleration(units: readonly number[][], statistic: (sample: readonly number[]) => number): number {
  const leftOut = units.map((_, index) => statistic(units.flatMap((unit, other) => (other === index ? [] : unit))));
  const skew = skewness(leftOut.map((value) => -value));
  return skew === null ? 0 : skew / (6 * Math.sqrt(leftOut.length));
}

/** Where in the resampled values the corrected level lies (Efron 1987, 6.8), and back. */
function toBootstrapLevel(level: number, { bias, acceleration: a }: Correction): number {
  const shifted = bias + normalQuantile(level);
  return normalCdf(bias + shifted / (1 - a * shifted));
}

function fromBootstrapLevel(share: number, { bias, acceleration: a }: Correction): number {
  const distance = normalQuantile(share) - bias;
  return normalCdf(distance / (1 + a * distance) - bias);
}

/** The share of values below, ties counted half: with lumpy values the bias would otherwise depend on rounding. */
function shareBelow(sorted: Float64Array, value: number): number {
  let twice = 0;
  for (const each of sorted) twice += each < value ? 2 : each === value ? 1 : 0;
  return twice / (2 * sorted.length);
}

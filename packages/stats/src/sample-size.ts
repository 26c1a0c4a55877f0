/** How many cases a comparison needs. */
import { normalQuantile } from "./normal.ts";
import { requireOpenProbability } from "./probability.ts";

export interface SampleSizeForMean {
  /** The difference of means to be found. */
  delta: number;
  /** Variance over cases of the true difference between the arms. */
  varianceBetween: number;
  /** Variance over the trials of one case, by arm. */
  varianceWithinA: number;
  varianceWithinB: number;
  trialsA: number;
  trialsB: number;
  /** Two-sided. */
  alpha: number;
  power: number;
}

/**
 * How many paired cases find a difference of `delta` with the given power:
 * n = (z_{α/2} + z_β)² (ω² + σ_A²/K_A + σ_B²/K_B)/δ², rounded up (Miller 2024, arXiv 2411.00640, eq. 9).
 *
 * @throws RangeError when delta is 0, a variance is negative, trials are below 1, or alpha or power outside (0, 1).
 * @example sampleSizeForMean({ delta: 0.03, varianceBetween: 1 / 9, varianceWithinA: 0, varianceWithinB: 0, trialsA: 1, trialsB: 1, alpha: 0.05, power: 0.8 }) // 969
 */
export function sampleSizeForMean(options: SampleSizeForMean): number {
  const { delta, varianceBetween, varianceWithinA, varianceWithinB, trialsA, trialsB, alpha, power } = options;
  requireOpenProbability(alpha, "alpha");
  requireOpenProbability(power, "power");
  if (!(Math.abs(delta) > 0 && Number.isFinite(delta))) throw new RangeError(`delta is not 0 and finite, not ${delta}`);
  for (const variance of [varianceBetween, varianceWithinA, varianceWithinB]) {
    if (!(variance >= 0 && Number.isFinite(variance)))
      throw new RangeError(`A variance is not negative, as ${variance}`);
  }
  for (const trials of [trialsA, trialsB]) {
    if (!(Number.isInteger(trials) && trials >= 1)) throw new RangeError(`Trials are at least 1, not ${trials}`);
  }
  const z = normalQuantile(1 - alpha / 2) + normalQuantile(power);
  const variance = varianceBetween + varianceWithinA / trialsA + varianceWithinB / trialsB;
  return Math.max(1, Math.ceil((z * z * variance) / (delta * delta)));
}

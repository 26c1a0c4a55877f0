/** How sure a share is. */
import { betaQuantile } from "./beta.ts";
import { normalQuantile } from "./normal.ts";
import { requireCounts, requireOpenProbability } from "./probability.ts";

export type ProportionMethod = "wilson" | "clopper-pearson" | "jeffreys" | "agresti-coull";

/**
 * The interval at level 1 − alpha for the share behind k of n.
 *
 * Wilson 1927 (default: right on average), Clopper–Pearson 1934 (never covers less than it says), Jeffreys (Beta(½, ½)
 * prior), Agresti–Coull 1998. Reference: Brown, Cai & DasGupta 2001.
 *
 * @throws RangeError unless 0 ≤ k ≤ n are integers, n ≥ 1 and alpha lies in (0, 1).
 * @example proportionInterval(15, 20, { alpha: 0.05 }) // 0.75 in [0.5313, 0.8881]
 */
export function proportionInterval(
  k: number,
  n: number,
  { alpha, method = "wilson" }: { alpha: number; method?: ProportionMethod },
): { estimate: number; low: number; high: number } {
  requireCounts(k, n);
  requireOpenProbability(alpha, "alpha");
  const [low, high] = methods[method](k, n, alpha);
  return { estimate: k / n, low: k === 0 ? 0 : Math.max(0, low), high: k === n ? 1 : Math.min(1, high) };
}

const methods: Record<ProportionMethod, (k: number, n: number, alpha: number) => [number, number]> = {
  wilson: (k, n, alpha) => {
    const z = normalQuantile(1 - alpha / 2);
    const center = (k + (z * z) / 2) / (n + z * z);
    const half = (z / (n + z * z)) * Math.sqrt((k * (n - k)) / n + (z * z) / 4);
    return [center - half, center + half];
  },
  "clopper-pearson": (k, n, alpha) => [
    k === 0 ? 0 : betaQuantile(alpha / 2, k, n - k + 1),
    k === n ? 1 : betaQuantile(1 - alpha / 2, k + 1, n - k),
  ],
  jeffreys: (k, n, alpha) => [
    betaQuantile(alpha / 2, k + 0.5, n - k + 0.5),
    betaQuantile(1 - alpha / 2, k + 0.5, n - k + 0.5),
  ],
  "agresti-coull": (k, n, alpha) => {
    const z = normalQuantile(1 - alpha / 2);
    const center = (k + (z * z) / 2) / (n + z * z);
    const half = z * Math.sqrt((center * (1 - center)) / (n + z * z));
    return [center - half, center + half];
  },
};

/** Two pass-or-fail measurements of the same cases. */
import { normalCdf, normalQuantile } from "./normal.ts";
import { requireOpenProbability } from "./probability.ts";
import { proportionInterval } from "./proportion-interval.ts";

/** How many cases passed under both, only one, or neither of A and B. */
export interface PairedCounts {
  both: number;
  onlyA: number;
  onlyB: number;
  neither: number;
}

/**
 * The difference of the shares, B − A = (onlyB − onlyA)/n, with its interval at level 1 − alpha.
 *
 * `tango`: the score interval of Tango 1998. `newcombe`: method 10 of Newcombe 1998, with his corrected φ.
 *
 * @throws RangeError when a count is no count, all are 0, or alpha is outside (0, 1).
 * @example pairedProportions({ both: 36, onlyA: 12, onlyB: 2, neither: 0 }, { alpha: 0.05 }).difference // −0.2
 */
export function pairedProportions(
  counts: PairedCounts,
  { alpha, method = "tango" }: { alpha: number; method?: "tango" | "newcombe" },
): { difference: number; low: number; high: number } {
  const n = countPairs(counts);
  requireOpenProbability(alpha, "alpha");
  const difference = (counts.onlyB - counts.onlyA) / n;
  const [low, high] = method === "tango" ? tango(counts, n, alpha) : newcombe(counts, n, alpha);
  return { difference, low, high };
}

/**
 * The one-sided p of "B is worse than A" by the same score test that makes the Tango interval: it is at most α exactly
 * when the interval at level 1 − 2α lies below 0. Without any discordant pair there is no evidence either way: ½.
 */
export function pairedProportionsWorseP(counts: PairedCounts): number {
  countPairs(counts);
  const discordant = counts.onlyA + counts.onlyB;
  return discordant === 0 ? 0.5 : normalCdf((counts.onlyB - counts.onlyA) / Math.sqrt(discordant));
}

function tango(counts: PairedCounts, n: number, alpha: number): [number, number] {
  const z = normalQuantile(1 - alpha / 2);
  const difference = (counts.onlyB - counts.onlyA) / n;
  // The score falls as the supposed difference grows.
  const solve = (target: number, from: number, to: number) => {
    let [low, high] = [from, to];
    for (let step = 0; step < 200 && low < high; step++) {
      const middle = (low + high) / 2;
      if (middle === low || middle === high) break;
      if (tangoScore(counts, n, middle) > target) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  };
  return [difference === -1 ? -1 : solve(z, -1, difference), difference === 1 ? 1 : solve(-z, difference, 1)];
}

/** Tango's score of the data, were the true difference `supposed`. */
function tangoScore({ onlyA, onlyB }: PairedCounts, n: number, supposed: number): number {
  const b = (2 * n - onlyB + onlyA) * supposed - onlyB - onlyA;
  const c = -onlyA * supposed * (1 - supposed);
  // The restricted estimate of the chance of "only A"; the citardauq form where −b would cancel.
  const root = Math.sqrt(Math.max(0, b * b - 8 * n * c));
  const onlyAChance = b <= 0 ? (root - b) / (4 * n) : (-2 * c) / (b + root);
  const deviance = n * (2 * onlyAChance + supposed * (1 - supposed));
  const distance = onlyB - onlyA - n * supposed;
  if (distance === 0) return 0;
  return deviance <= 0 ? Math.sign(distance) * Number.POSITIVE_INFINITY : distance / Math.sqrt(deviance);
}

function newcombe(counts: PairedCounts, n: number, alpha: number): [number, number] {
  const { both, onlyA, onlyB } = counts;
  const a = proportionInterval(both + onlyA, n, { alpha });
  const b = proportionInterval(both + onlyB, n, { alpha });
  const phi = correctedPhi(counts, n);
  const half = (fromA: number, fromB: number) => Math.sqrt(fromA * fromA - 2 * phi * fromA * fromB + fromB * fromB);
  const difference = (onlyB - onlyA) / n;
  return [
    difference - half(a.high - a.estimate, b.estimate - b.low),
    difference + half(a.estimate - a.low, b.high - b.estimate),
  ];
}

function correctedPhi({ both, onlyA, onlyB, neither }: PairedCounts, n: number): number {
  const margins = (both + onlyA) * (onlyB + neither) * (both + onlyB) * (onlyA + neither);
  if (margins === 0) return 0;
  const cross = both * neither - onlyA * onlyB;
  return (cross > 0 ? Math.max(cross - n / 2, 0) : cross) / Math.sqrt(margins);
}

function countPairs(counts: PairedCounts): number {
  for (const [name, count] of Object.entries(counts)) {
    if (!(Number.isInteger(count) && count >= 0)) throw new RangeError(`${name} is a count, not ${count}`);
  }
  const n = counts.both + counts.onlyA + counts.onlyB + counts.neither;
  if (n === 0) throw new RangeError("There is no pair to compare");
  return n;
}

/** McNemar's test: do discordant pairs lean to one side? */
import { binomialCdf, binomialPmf } from "./binomial.ts";
import { chiSquareUpperTail } from "./chi-square.ts";

export type McnemarMethod = "exact" | "mid-p" | "chi2" | "chi2-corrected";

/**
 * The two-sided p that `onlyA` and `onlyB` differ by chance. Mid-p (Fagerland, Lydersen & Laake 2013) is the default:
 * the exact test is needlessly conservative.
 *
 * @throws RangeError when a count is no count.
 * @example mcnemar(2, 10, { method: "exact" }).p // 0.03857421875
 */
export function mcnemar(
  onlyA: number,
  onlyB: number,
  { method = "mid-p" }: { method?: McnemarMethod } = {},
): { p: number; statistic?: number } {
  for (const count of [onlyA, onlyB]) {
    if (!(Number.isInteger(count) && count >= 0)) throw new RangeError(`A count of pairs is no ${count}`);
  }
  const n = onlyA + onlyB;
  if (n === 0) return { p: 1 };
  const smaller = Math.min(onlyA, onlyB);
  if (method === "exact" || method === "mid-p") {
    const exact = 2 * binomialCdf(smaller, n, 0.5);
    if (method === "exact") return { p: Math.min(1, exact) };
    return { p: onlyA === onlyB ? 1 - binomialPmf(smaller, n, 0.5) / 2 : exact - binomialPmf(smaller, n, 0.5) };
  }
  const distance = Math.max(0, Math.abs(onlyA - onlyB) - (method === "chi2-corrected" ? 1 : 0));
  const statistic = (distance * distance) / n;
  return { p: chiSquareUpperTail(statistic, 1), statistic };
}

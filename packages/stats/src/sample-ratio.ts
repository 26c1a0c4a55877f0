/** Do the arms get the share of units that was planned? */
import { binomialCdf } from "./binomial.ts";
import { chiSquareUpperTail } from "./chi-square.ts";

/**
 * Two arms of which one expects fewer units than this are tested exactly. Chi-square calls one candidate among the first
 * eight units at 1 % a broken split: looked at unit by unit, it stopped 12 % of correct ones within 10,000 units.
 */
const fewExpected = 20;

/**
 * The p that units are split as planned: chi-square, or for two arms with few expected units the doubled binomial tail.
 * Alarm below 0.001: the assignment or the logging is broken, and no other number of the rollout can be trusted.
 *
 * @param expectedShares In [0, 1], summing to 1.
 * @throws RangeError when lengths differ, a count is no count, or the shares do not sum to 1.
 * @example sampleRatioMismatch([821, 815], [0.5, 0.5]).p // 0.88
 */
export function sampleRatioMismatch(observed: readonly number[], expectedShares: readonly number[]): { p: number } {
  if (observed.length !== expectedShares.length || observed.length < 2) {
    throw new RangeError(`Counts and shares pair up, not ${observed.length} with ${expectedShares.length}`);
  }
  for (const count of observed) {
    if (!(Number.isInteger(count) && count >= 0)) throw new RangeError(`Units are counted, not ${count}`);
  }
  for (const share of expectedShares) {
    if (!(share >= 0 && share <= 1)) throw new RangeError(`A share lies in [0, 1], not ${share}`);
  }
  const shares = expectedShares.reduce((sum, share) => sum + share, 0);
  if (Math.abs(shares - 1) > 1e-9) throw new RangeError(`The shares sum to 1, not ${shares}`);
  const n = observed.reduce((sum, count) => sum + count, 0);
  if (n === 0) return { p: 1 };
  const isSmall = expectedShares.some((share) => share > 0 && n * share < fewExpected);
  if (observed.length === 2 && isSmall)
    return { p: doubledTail(observed[0] as number, n, expectedShares[0] as number) };
  let statistic = 0;
  let cells = 0;
  for (const [index, count] of observed.entries()) {
    const expected = n * (expectedShares[index] as number);
    // An arm that nobody should see has no expected count to divide by.
    if (expected === 0 && count > 0) return { p: 0 };
    if (expected === 0) continue;
    statistic += (count - expected) ** 2 / expected;
    cells++;
  }
  return { p: cells < 2 ? 1 : chiSquareUpperTail(statistic, cells - 1) };
}

function doubledTail(k: number, n: number, share: number): number {
  return Math.min(1, 2 * Math.min(binomialCdf(k, n, share), binomialCdf(n - k, n, 1 - share)));
}

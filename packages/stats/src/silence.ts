/** Has an arm fallen silent, or did its turn not come yet? */
import { requireOpenProbability } from "./probability.ts";

/**
 * A bound on the chance that an arm whose share is planned stays away for so many units in a row. It may be looked at
 * after every unit: each wait for the arm's next unit gets the part 1/(m(m + 1)) of the total, m counting the waits. (A
 * fixed run length stops a third of correct stages at 50 %, and two thirds at 1 %.)
 *
 * @param waited Units of the other arm since this arm's last one.
 * @param seen Units of this arm so far.
 * @throws RangeError when the share is not strictly between 0 and 1, or a count is no count.
 * @example silenceP({ share: 0.5, waited: 20, seen: 0 }) // 1.9e-6
 */
export function silenceP({ share, waited, seen }: { share: number; waited: number; seen: number }): number {
  requireOpenProbability(share, "share");
  for (const count of [waited, seen]) {
    if (!(Number.isInteger(count) && count >= 0)) throw new RangeError(`Units are counted, not ${count}`);
  }
  return Math.min(1, Math.exp(waited * Math.log1p(-share)) * (seen + 1) * (seen + 2));
}

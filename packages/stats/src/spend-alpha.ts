/** Looking again costs: how much of α a look may use. */
import { normalCdf, normalQuantile } from "./normal.ts";
import { requireOpenProbability } from "./probability.ts";

/** Beyond this many looks at the same cases nothing is left worth having. */
export const maxPlannedLooks = 5;

/**
 * The one-sided α of one look out of those planned, by the O'Brien–Fleming spending function of Lan & DeMets 1983:
 * after look k of K, 2 − 2Φ(z_{1−α/2}/√(k/K)) is spent in all. A look may use what its share adds to that, which keeps
 * the total below α whatever the dependence between looks (a re-run repeats the cases but not the trials, so that it is
 * not known). One planned look has all of α; a look that was not planned has nothing.
 *
 * @throws RangeError when alpha is outside (0, 1), or looks are no counts from 1 (planned: to 5).
 * @example spendAlpha({ alpha: 0.05, look: 1, plannedLooks: 1 }) // { now: 0.05, spent: 0.05 }
 */
export function spendAlpha(plan: { alpha: number; look: number; plannedLooks: number }): {
  now: number;
  spent: number;
} {
  const { alpha, look, plannedLooks } = plan;
  requireOpenProbability(alpha, "alpha");
  if (!(Number.isInteger(look) && look >= 1)) throw new RangeError(`Looks are counted from 1, not ${look}`);
  if (!(Number.isInteger(plannedLooks) && plannedLooks >= 1 && plannedLooks <= maxPlannedLooks)) {
    throw new RangeError(`1 to ${maxPlannedLooks} looks can be planned, not ${plannedLooks}`);
  }
  if (look > plannedLooks) return { now: 0, spent: alpha };
  const spentAfter = (looks: number) =>
    looks === 0
      ? 0
      : looks === plannedLooks
        ? alpha
        : 2 * normalCdf(normalQuantile(alpha / 2) / Math.sqrt(looks / plannedLooks));
  return { now: spentAfter(look) - spentAfter(look - 1), spent: spentAfter(look) };
}

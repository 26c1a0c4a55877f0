/** Is a failure gone, or has it only not been seen yet? */
import { betaQuantile } from "./beta.ts";
import { binomialCdf } from "./binomial.ts";
import { requireCounts, requireOpenProbability } from "./probability.ts";

export interface GoneVerdict {
  gone: boolean;
  /** One-sided upper bound of the rate since the fix; `null` without any exposure. */
  upperBound: number | null;
  /** Clean traces that would still have to follow: 0 when gone, `null` when the rate before is unknown or 0. */
  furtherClean: number | null;
}

/**
 * A failure is gone when the one-sided Clopper–Pearson bound of its rate since the fix is at most half of its rate
 * before.
 *
 * @param rateBefore In [0, 1]; `null` when it was never measured.
 * @param alpha 0.05 gives the 95 % bound.
 * @throws RangeError when the counts are no counts or a rate is outside [0, 1].
 * @example verifyGone({ failures: 0, exposed: 412, rateBefore: 0.04 }) // gone, rate ≤ 0.72 %
 */
export function verifyGone(observed: {
  failures: number;
  exposed: number;
  rateBefore: number | null;
  alpha?: number;
}): GoneVerdict {
  const { failures, exposed, rateBefore, alpha = 0.05 } = observed;
  requireOpenProbability(alpha, "alpha");
  if (failures !== 0 || exposed !== 0) requireCounts(failures, exposed);
  if (rateBefore !== null && !(rateBefore >= 0 && rateBefore <= 1)) {
    throw new RangeError(`rateBefore lies in [0, 1], not ${rateBefore}`);
  }
  const upperBound =
    exposed === 0 ? null : failures === exposed ? 1 : betaQuantile(1 - alpha, failures + 1, exposed - failures);
  if (rateBefore === null || rateBefore === 0) return { gone: false, upperBound, furtherClean: null };
  const furtherClean = countFurtherClean(failures, exposed, rateBefore / 2, alpha);
  return { gone: furtherClean === 0, upperBound, furtherClean };
}

/** The bound is at most `rate` exactly when so few failures would have chance ≤ alpha at that rate. */
function countFurtherClean(failures: number, exposed: number, rate: number, alpha: number): number {
  const suffices = (further: number) => {
    const n = exposed + further;
    return n > failures && binomialCdf(failures, n, rate) <= alpha;
  };
  if (suffices(0)) return 0;
  let enough = 1;
  while (!suffices(enough)) enough *= 2;
  let tooFew = Math.floor(enough / 2);
  while (enough - tooFew > 1) {
    const middle = Math.floor((enough + tooFew) / 2);
    if (suffices(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}

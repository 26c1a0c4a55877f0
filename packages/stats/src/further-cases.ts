/** How many more cases would decide what is undecided. */
import { normalQuantile } from "./normal.ts";

/**
 * Cases to add until non-inferiority shows with a power of 80 % if nothing truly changed:
 * n = (z₁₋α + z₀.₈)² s²/margin², minus those already there. Where that is reached and the data still lean one way, the
 * easier of the two decisions at the observed difference. `null` when no number of cases can decide.
 */
export function countFurtherCases(situation: {
  n: number;
  difference: number;
  variancePerCase: number;
  margin: number;
  alpha: number;
  /** Width of the possible range, for cases that all agree. */
  rangeWidth: number | null;
}): number | null {
  const { n, difference, variancePerCase, margin, alpha, rangeWidth } = situation;
  if (!(margin > 0)) return null;
  const needed = (distance: number) => casesFor({ variancePerCase, distance, alpha });
  // Even cases that all agree leave room for unseen ones; see constant-values.ts.
  const ifAllAgree = rangeWidth === null ? 0 : Math.log(alpha) / Math.log1p(-Math.min(margin / rangeWidth, 1 - 1e-9));
  const ifNothingChanged = Math.max(needed(margin), ifAllAgree) - n;
  if (ifNothingChanged > 0) return Math.ceil(ifNothingChanged);
  const easier = Math.max(Math.abs(difference), Math.abs(margin + difference));
  return Math.max(1, Math.ceil(needed(easier) - n));
}

/** Cases to add until the mean is shown to differ from the minimum, if it is what it seems; `null` if it is equal. */
export function countFurtherForMinimum(situation: {
  n: number;
  distance: number;
  variancePerCase: number;
  alpha: number;
}): number | null {
  if (situation.distance === 0) return null;
  return Math.max(1, Math.ceil(casesFor(situation) - situation.n));
}

function casesFor(target: { variancePerCase: number; distance: number; alpha: number }): number {
  const z = normalQuantile(1 - target.alpha) + normalQuantile(0.8);
  return (z * z * target.variancePerCase) / (target.distance * target.distance);
}

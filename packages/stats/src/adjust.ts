/** p-values adjusted for how many were looked at. */

export type AdjustMethod = "holm" | "hochberg" | "bh" | "by" | "bonferroni";

/**
 * Adjusted p-values in the order given, as R's `p.adjust`.
 *
 * Holm 1979, Hochberg 1988, Benjamini–Hochberg 1995, Benjamini–Yekutieli 2001.
 *
 * @throws RangeError when a p-value is not in [0, 1].
 * @example adjust([0.01, 0.02, 0.03, 0.04], "holm") // [0.04, 0.06, 0.06, 0.06]
 */
export function adjust(pValues: readonly number[], method: AdjustMethod): number[] {
  for (const p of pValues) if (!(p >= 0 && p <= 1)) throw new RangeError(`A p-value lies in [0, 1], not ${p}`);
  const n = pValues.length;
  if (method === "bonferroni") return pValues.map((p) => Math.min(1, p * n));
  const ascending = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const harmonic = method === "by" ? ascending.reduce((sum, _, rank) => sum + 1 / (rank + 1), 0) : 1;
  const factor = (rank: number) => (method === "bh" || method === "by" ? (n * harmonic) / (rank + 1) : n - rank);
  const adjusted = new Array<number>(n);
  const stepDown = method === "holm";
  let bound = stepDown ? 0 : 1;
  for (let step = 0; step < n; step++) {
    const rank = stepDown ? step : n - 1 - step;
    const { p, index } = ascending[rank] as { p: number; index: number };
    bound = stepDown ? Math.max(bound, Math.min(1, p * factor(rank))) : Math.min(bound, p * factor(rank));
    adjusted[index] = bound;
  }
  return adjusted;
}

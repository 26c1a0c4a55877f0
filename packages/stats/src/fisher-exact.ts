/** Fisher's exact test of a 2 × 2 table. */
import { binomialPmf } from "./binomial.ts";

/**
 * The p of the table [[a, b], [c, d]] given its margins, as R's `fisher.test`. `less` asks whether the odds ratio is
 * below 1 (a too small), `greater` above.
 *
 * @throws RangeError when a count is no count.
 * @example fisherExact(0, 5, 5, 0, { alternative: "less" }).p // 1/252
 */
export function fisherExact(
  a: number,
  b: number,
  c: number,
  d: number,
  { alternative = "two-sided" }: { alternative?: "two-sided" | "less" | "greater" } = {},
): { p: number } {
  for (const count of [a, b, c, d]) {
    if (!(Number.isInteger(count) && count >= 0)) throw new RangeError(`A table holds counts, not ${count}`);
  }
  const total = a + b + c + d;
  const row = a + b;
  const column = a + c;
  if (row === 0 || column === 0 || row === total || column === total) return { p: 1 };
  const first = Math.max(0, row + column - total);
  const last = Math.min(row, column);
  // Hypergeometric as a ratio of binomials (Loader 2000), which keeps its accuracy for large tables.
  const share = column / total;
  const chanceOf = (x: number) =>
    (binomialPmf(x, row, share) * binomialPmf(column - x, total - row, share)) / binomialPmf(column, total, share);
  const observed = chanceOf(a);
  let p = 0;
  for (let x = first; x <= last; x++) {
    const chance = chanceOf(x);
    // As R: tables that are as likely but for rounding count as equally extreme.
    if (alternative === "less" ? x <= a : alternative === "greater" ? x >= a : chance <= observed * (1 + 1e-7)) {
      p += chance;
    }
  }
  return { p: Math.min(1, p) };
}

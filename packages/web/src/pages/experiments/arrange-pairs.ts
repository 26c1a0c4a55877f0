/** The order in which a comparison is read: what got worse, what got better, and the rest folded away. */
import type { CasePair } from "@ratchet/protocol";

export type Change = CasePair["change"];
/** Which pairs are listed; `flips` leaves the unchanged ones folded. */
export type Show = Change | "flips" | "all";

export type PairRow =
  | { kind: "heading"; change: Change; count: number; folded: boolean }
  | { kind: "pair"; change: Change; pair: CasePair };

const order: readonly Change[] = ["regressed", "improved", "unchanged"];

/** Reads `show` of the URL; anything unknown is the first view. */
export function parseShow(text: string | undefined): Show {
  return text === "regressed" || text === "improved" || text === "unchanged" || text === "all" ? text : "flips";
}

/** Regressed first, then improved, then unchanged; in each the largest change first, errors before scores. */
export function arrangePairs(pairs: readonly CasePair[], show: Show): PairRow[] {
  return order.flatMap((change): PairRow[] => {
    if (show !== "flips" && show !== "all" && show !== change) return [];
    const own = pairs.filter((pair) => pair.change === change);
    if (own.length === 0) return [];
    const folded = change === "unchanged" && show === "flips";
    const heading: PairRow = { kind: "heading", change, count: own.length, folded };
    if (folded) return [heading];
    const sorted = own.toSorted((a, b) => sizeOf(b) - sizeOf(a));
    return [heading, ...sorted.map((pair): PairRow => ({ kind: "pair", change, pair }))];
  });
}

/** How many pairs changed in which way, whatever is shown. */
export function countChanges(pairs: readonly CasePair[]): Record<Change, number> {
  const counts = { regressed: 0, improved: 0, unchanged: 0 };
  for (const pair of pairs) counts[pair.change]++;
  return counts;
}

function sizeOf({ baseline, candidate }: CasePair): number {
  // A side without a score failed outright: no difference of scores is larger.
  if (baseline.score === null || candidate.score === null) {
    return baseline.score === candidate.score ? 0 : Number.POSITIVE_INFINITY;
  }
  return Math.abs(candidate.score - baseline.score);
}

/** The pair before or after the open one, among those that are listed; the first or last when none is open. */
export function stepPair(rows: readonly PairRow[], openId: string | undefined, step: 1 | -1): string | undefined {
  const ids = rows.flatMap((row) => (row.kind === "pair" ? [row.pair.caseId] : []));
  const at = openId === undefined ? -1 : ids.indexOf(openId);
  if (at === -1) return step === 1 ? ids[0] : ids[ids.length - 1];
  return ids[Math.min(ids.length - 1, Math.max(0, at + step))];
}

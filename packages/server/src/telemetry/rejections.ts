/** What of an export was not stored, and why: for `partial_success`. */

/** Sentences that are kept, each for a reason of its own. */
const maxReasons = 100;
const maxShown = 3;

export interface Rejected {
  count: number;
  /** One sentence a reason, the first few; empty when nothing was rejected. */
  reason: string;
}

export function createRejections() {
  const reasons = new Set<string>();
  let count = 0;
  return {
    add(reason: string, items = 1): void {
      count += items;
      if (reasons.size < maxReasons) reasons.add(reason);
    },
    /** How many so far. */
    get count(): number {
      return count;
    },
    toRejected(): Rejected {
      const shown = [...reasons].slice(0, maxShown);
      const more = reasons.size > maxShown ? ` (and ${reasons.size - maxShown} other reasons)` : "";
      return { count, reason: shown.join(" ") + more };
    },
  };
}

/** The ratchet: cases that a release has passed, and that may never fail again. */
import { adjust } from "./adjust.ts";
import { fisherExact } from "./fisher-exact.ts";

/** A case is locked, and judged, on at least this many trials. */
export const lockedTrials = 5;

export interface PassCount {
  passes: number;
  trials: number;
}

export interface LockedCase {
  caseId: string;
  /** When it was locked. */
  record: PassCount;
  /** Of the candidate; void trials are no trials. */
  now: PassCount;
}

export interface LockedCaseResult extends LockedCase {
  /** One-sided Fisher p of "fails more than its record"; `null` where nothing failed or trials are missing. */
  p: number | null;
  /** Holm over all locked cases. */
  pAdjusted: number | null;
  state: "holds" | "flaky" | "blocks" | "needs trials";
}

/**
 * A locked case blocks only if it fails significantly more than its record: one trial each that "must pass" would, with
 * 200 cases at a true 98 %, block 98 % of harmless changes. A deterministic target blocks on one failure.
 */
export function judgeLockedCases(
  cases: readonly LockedCase[],
  { alpha, deterministic }: { alpha: number; deterministic: boolean },
): LockedCaseResult[] {
  const judgeable = ({ now }: LockedCase) => now.passes < now.trials && now.trials >= lockedTrials;
  const pValues = cases.map((each) => (judgeable(each) ? failsMoreP(each) : 1));
  const adjusted = adjust(pValues, "holm");
  return cases.map((each, index) => {
    const tested = judgeable(each);
    const pAdjusted = tested ? (adjusted[index] as number) : null;
    return {
      ...each,
      p: tested ? (pValues[index] as number) : null,
      pAdjusted,
      state: stateOf(each, { pAdjusted, alpha, deterministic }),
    };
  });
}

function stateOf(
  { now }: LockedCase,
  { pAdjusted, alpha, deterministic }: { pAdjusted: number | null; alpha: number; deterministic: boolean },
): LockedCaseResult["state"] {
  if (now.trials === 0) return "needs trials";
  if (now.passes === now.trials) return "holds";
  if (deterministic) return "blocks";
  if (pAdjusted === null) return "needs trials";
  return pAdjusted < alpha ? "blocks" : "flaky";
}

function failsMoreP({ now, record }: LockedCase): number {
  return fisherExact(now.passes, now.trials - now.passes, record.passes, record.trials - record.passes, {
    alternative: "less",
  }).p;
}

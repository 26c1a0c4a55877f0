/** Is a failure gone since its fix, and did it come back? Numbers from `@ratchet/stats`. */
import type { Verification } from "@ratchet/protocol";
import { proportionInterval, verifyGone } from "@ratchet/stats";

/** Traces, or signals, of one name by the release that served them; `""` for those that name none. */
export type CountByRelease = Readonly<Record<string, number>>;

export interface VerifiedState {
  isGone: boolean;
  verification: Verification;
}

/**
 * The rate on releases before the fix, and on the fix and later ones. Traces that name no release count as before. The
 * old releases' failures during a canary are expected, so they never count against the fix.
 */
export function verifyFix(fix: string, signals: CountByRelease, traces: CountByRelease): VerifiedState {
  const failed = split(fix, signals);
  const served = split(fix, traces);
  // A trace whose signal is stored may not be counted yet, so no failure may outnumber its exposures.
  const exposedSince = Math.max(served.since, failed.since);
  const exposedBefore = Math.max(served.before, failed.before);
  const rateBefore = exposedBefore === 0 ? null : failed.before / exposedBefore;
  const { gone, upperBound, furtherClean } = verifyGone({
    failures: failed.since,
    exposed: exposedSince,
    rateBefore,
  });
  return {
    isGone: gone,
    verification: { rateBefore, failuresSince: failed.since, exposedSince, upperBound, furtherTraces: furtherClean },
  };
}

/**
 * A verified failure came back when its rate since that moment is shown (one-sided 95 %) to be above the bound that it
 * was verified with. One failure among few traces shows it; one among very many is what the bound allows.
 */
export function hasComeBack(proof: Verification, now: Verification): boolean {
  const failures = now.failuresSince - proof.failuresSince;
  const exposed = Math.max(now.exposedSince - proof.exposedSince, failures);
  if (failures <= 0 || proof.upperBound === null) return false;
  const { low } = proportionInterval(failures, exposed, { alpha: 0.1, method: "clopper-pearson" });
  return low > proof.upperBound;
}

/** 3 of `R-3`; 0 for what is not one of our releases. */
function toReleaseNumber(release: string): number {
  return Number(/^R-([1-9][0-9]*)$/.exec(release)?.[1] ?? 0);
}

function split(fix: string, counts: CountByRelease): { before: number; since: number } {
  let before = 0;
  let since = 0;
  for (const [release, count] of Object.entries(counts)) {
    if (toReleaseNumber(release) >= toReleaseNumber(fix)) since += count;
    else before += count;
  }
  return { before, since };
}

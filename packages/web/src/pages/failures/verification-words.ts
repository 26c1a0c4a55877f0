/** What a failure's verification says, in words: verified, came back, or what is still missing. */
import type { FailureStage, Verification } from "@ratchet/protocol";
import { formatPercent, formatPlural } from "../../ui/numbers.ts";
import type { Tone } from "../../ui/status.tsx";

export interface VerificationWords {
  tone: Tone;
  word: string;
  /** What it was before and what that asks for, in one or two sentences. */
  sentence: string;
}

/** The stage wins over the numbers: what was verified stays so until it is shown to have come back. */
export function describeVerification(verification: Verification, stage: FailureStage): VerificationWords {
  const { rateBefore, upperBound, furtherTraces } = verification;
  const before = rateBefore === null ? "" : `Before the fix it was ${formatPercent(rateBefore)} of the traces`;
  if (stage === "regressed") {
    return {
      tone: "bad",
      word: "Regressed: it came back after it had been verified",
      sentence: before && `${before}.`,
    };
  }
  if (stage === "verified") {
    const now = upperBound === null ? "" : `, now it is at most ${formatPercent(upperBound)}`;
    const watch = "It stays verified until it is shown to have come back.";
    return {
      tone: "good",
      word: "Verified: gone since the fix",
      sentence: before ? `${before}${now}. ${watch}` : watch,
    };
  }
  if (rateBefore === null || furtherTraces === null) {
    const sentence = "How often it happened before the fix is not known, so there is nothing to compare with.";
    return { tone: "unsure", word: "Cannot be verified", sentence };
  }
  if (furtherTraces === 0) {
    return {
      tone: "busy",
      word: "Gone so far",
      sentence: `${before}. It is verified once the fix serves everybody.`,
    };
  }
  return {
    tone: "unsure",
    word: "Not enough evidence yet",
    sentence: `${before}. After ${formatPlural(furtherTraces, "further trace")} without it, its rate is shown to be at most half of that.`,
  };
}

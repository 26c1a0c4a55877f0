import type { FailureStage, Verification } from "@ratchet/protocol";
import { formatCount, formatPercent } from "../../ui/numbers.ts";
import { Status } from "../../ui/status.tsx";
import { describeVerification } from "./verification-words.ts";

/** Whether the failure is gone, in numbers: silence without traffic is not success. */
export function VerificationPanel({ verification, stage }: { verification: Verification; stage: FailureStage }) {
  const { failuresSince, exposedSince, upperBound } = verification;
  const { tone, word, sentence } = describeVerification(verification, stage);
  return (
    <section className="verification">
      <h2>Verification</h2>
      <p>
        <Status tone={tone}>{word}</Status>
      </p>
      <p className="verification-number">
        {formatCount(failuresSince)} of {formatCount(exposedSince)} traces since the fix
        {upperBound !== null && <>; rate ≤ {formatPercent(upperBound)} (95 %)</>}
      </p>
      <p className="quiet">{sentence}</p>
    </section>
  );
}

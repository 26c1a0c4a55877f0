import type { Verification } from "@ratchet/protocol";
import { formatCount, formatPercent, formatPlural } from "../../ui/numbers.ts";
import { Status } from "../../ui/status.tsx";

/** Whether the failure is gone, in numbers: silence without traffic is not success. */
export function VerificationPanel({ verification, regressed }: { verification: Verification; regressed: boolean }) {
  const { rateBefore, failuresSince, exposedSince, upperBound, furtherTraces } = verification;
  const verified = !regressed && upperBound !== null && furtherTraces === null;
  return (
    <section className="verification">
      <h2>Verification</h2>
      <p>
        <Status tone={regressed ? "bad" : verified ? "good" : "unsure"}>
          {regressed ? "Came back after its fix" : verified ? "Gone" : "Not enough evidence yet"}
        </Status>
      </p>
      <p className="verification-number">
        {formatCount(failuresSince)} of {formatCount(exposedSince)} since the fix
        {upperBound !== null && <>; rate ≤ {formatPercent(upperBound)} (95 %)</>}
      </p>
      <p className="quiet">
        {rateBefore !== null && `Before the fix it was ${formatPercent(rateBefore)} of the traces. `}
        {furtherTraces !== null &&
          `With ${formatPlural(furtherTraces, "further trace")} without it, the bound falls to half of that.`}
      </p>
    </section>
  );
}

/** Asks the server for the gate's verdict, after the trials that locked cases still need. */
import { Gate } from "@ratchet/protocol";
import { lockedTrials } from "@ratchet/stats";
import { type ExperimentPlan, type RunHooks, recordTrials } from "./experiment-run.ts";
import type { HttpClient } from "./http.ts";
import type { Trial } from "./run-trials.ts";

export interface GateQuestion {
  readonly candidate: string;
  readonly baseline: string;
  readonly plan: ExperimentPlan;
}

/** The verdict; locked cases that the server cannot judge yet are run to five trials, and the server asked once more. */
export async function askGate(http: HttpClient, question: GateQuestion, hooks: RunHooks): Promise<Gate> {
  const { candidate, baseline, plan } = question;
  const { criteria } = plan.evaluation;
  const body = { candidate, baseline, criteria, failures: plan.failures };
  const ask = () => http.request("POST", "/api/gates", Gate, { body, timeoutMs: 120_000, signal: hooks.signal });
  const first = await ask();
  const missing = trialsOfLockedCases(first, plan);
  if (missing.length === 0) return first;
  await recordTrials(http, candidate, plan, missing, hooks);
  return ask();
}

function trialsOfLockedCases(gate: Gate, { snapshot, trials }: ExperimentPlan): Trial[] {
  const cases = new Map(snapshot.cases.map((item) => [item.id, item]));
  return gate.locked
    .filter(({ state }) => state === "needs trials")
    .flatMap(({ caseId, now }) => {
      const item = cases.get(caseId);
      // `now` leaves void trials out, so counting on from it would replace trials that are there.
      const numbers = Array.from({ length: Math.max(0, lockedTrials - now.trials) }, (_, index) => trials + index + 1);
      return item ? numbers.map((trial) => ({ item, trial })) : [];
    });
}

/** A rollout's rows → what the API tells of it. */
import type { Rollout, RolloutDetail } from "@ratchet/protocol";
import { failureShareProcess, proportionInterval } from "@ratchet/stats";
import { decideNextStep } from "./decide-next-step.ts";
import { countArm, toSituation } from "./situation.ts";
import { describeStage, isEnded } from "./stage.ts";
import type { Arm, ArmRow, Decision, FailureRow, RolloutRow } from "./store.ts";

/** What belongs to one rollout. */
export interface RolloutFacts {
  arms: ArmRow[];
  traces: { arm: Arm; traces: number }[];
  lastDecision: Decision | undefined;
}

export function toRollout(row: RolloutRow, { arms, traces, lastDecision }: RolloutFacts, now: Date): Rollout {
  const { id, release, control, state, stages, stage, alpha, startedAt, endedAt, settings } = row;
  const next = isEnded(row) ? undefined : decideNextStep(toSituation(row, arms, now));
  const countOf = (arm: Arm) => {
    const { units, failedUnits } = countArm(arms, arm);
    return {
      units,
      traces: traces.find((entry) => entry.arm === arm)?.traces ?? 0,
      failedUnits,
      failureRate: units === 0 ? null : proportionInterval(failedUnits, units, { alpha: 0.05 }),
    };
  };
  return {
    id,
    release,
    control,
    salt: id,
    state,
    stages,
    stage,
    percent: describeStage(row).percent,
    alpha,
    evidence: failureShareProcess.fromJSON(row.process).evidence,
    threshold: 1 / alpha,
    arms: { control: countOf("control"), candidate: countOf("candidate") },
    sampleRatioP: next?.sampleRatioP ?? null,
    waitingFor: next?.waitingFor ?? [],
    autoPromote: settings.autoPromote,
    startedAt,
    endedAt,
    fixes: settings.fixes,
    lastDecision: lastDecision ? toDecision(lastDecision) : null,
  };
}

/** @param failures In the order in which they were observed. */
export function toRolloutDetail(
  rollout: Rollout,
  failures: readonly FailureRow[],
  decisions: readonly Decision[],
): RolloutDetail {
  let candidateFailures = 0;
  return {
    ...rollout,
    history: failures.map(({ arm, at, evidence, number, plannedShare }) => {
      if (arm === "candidate") candidateFailures++;
      return { at, evidence, failures: number, candidateFailures, plannedShare };
    }),
    decisions: decisions.map(toDecision),
    drivers: failures
      .map(({ traceId, arm, detector, reason, simulated, at }) => ({ traceId, arm, detector, reason, simulated, at }))
      .reverse(),
  };
}

function toDecision({ at, actor, action, stage, percent, reason }: Decision): Decision {
  return { at, actor, action, stage, percent, reason };
}

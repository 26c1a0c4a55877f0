/** What is known of a rollout at a moment, from the counts of its arms: as much work at any age. */
import type { ArmState, RolloutSituation } from "./decide-next-step.ts";
import { describeStage, plannedShareOf } from "./stage.ts";
import type { Arm, ArmRow, RolloutRow } from "./store.ts";

/** @param arms Of this rollout, shares ascending. */
export function toSituation(row: RolloutRow, arms: readonly ArmRow[], at: Date): RolloutSituation {
  const { stage: stageIndex, stages, settings, stageStartedAt } = row;
  const { percent } = describeStage(row);
  const stage = stages[stageIndex];
  const share = plannedShareOf(percent);
  return {
    stageIndex,
    stageCount: stages.length,
    percent,
    share,
    minUnitsPerArm: stage?.minUnitsPerArm ?? 0,
    minDurationMs: stage?.minDurationMs ?? 0,
    stageAgeMs: at.getTime() - Date.parse(stageStartedAt),
    autoPromote: settings.autoPromote,
    nonInferiorityMargin: settings.nonInferiorityMargin,
    inStage: bothArms((arm) => {
      const row = arms.find((each) => each.arm === arm && each.plannedShare === share);
      return { units: row?.units ?? 0, waited: row?.waited ?? 0 };
    }),
    concurrent: findConcurrent(arms, share),
    arms: bothArms((arm) => countArm(arms, arm)),
  };
}

/** Over all shares: a unit counts once an arm, by its first failure. */
export function countArm(arms: readonly ArmRow[], arm: Arm): ArmState {
  const own = arms.filter((row) => row.arm === arm);
  return toState(
    own.reduce((sum, row) => sum + row.newUnits, 0),
    own.reduce((sum, row) => sum + row.failedUnits, 0),
  );
}

/**
 * Both arms at the newest share that has both. Over all stages together, early ones are nearly all control, so that a
 * failure rate that fell meanwhile would pass a worse candidate.
 */
function findConcurrent(arms: readonly ArmRow[], share: number): RolloutSituation["concurrent"] {
  const shares = [...new Set(arms.map((row) => row.plannedShare))].filter((each) => each <= share).reverse();
  for (const each of shares) {
    const both = bothArms((arm) => arms.find((row) => row.arm === arm && row.plannedShare === each));
    const { control, candidate } = both;
    if (control?.units && candidate?.units) {
      return {
        control: toState(control.units, control.failedUnits),
        candidate: toState(candidate.units, candidate.failedUnits),
      };
    }
  }
  return null;
}

/** A unit that clients assigned to both arms may fail in the one that does not count it. */
function toState(units: number, failedUnits: number): ArmState {
  return { units, failedUnits: Math.min(failedUnits, units) };
}

function bothArms<State>(find: (arm: Arm) => State): { control: State; candidate: State } {
  return { control: find("control"), candidate: find("candidate") };
}

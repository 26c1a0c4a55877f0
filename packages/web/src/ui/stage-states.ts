/** What each stage of a rollout's track shows: derived from the rollout and its decisions, never stored. */
import type { Rollout, RolloutDetail } from "@ratchet/protocol";

type Decision = RolloutDetail["decisions"][number];

/** `not reached` stages lie behind a roll-back. */
export type StageState = "done" | "running" | "paused" | "rolled back" | "waiting" | "not reached";

/** How decisions read, in the track and in the log. */
export const decisionWords: Record<Decision["action"], string> = {
  start: "started",
  advance: "advanced",
  pause: "paused",
  resume: "resumed",
  abort: "rolled back",
  complete: "completed",
};

export interface StageBlock {
  percent: number;
  minUnitsPerArm: number | null;
  minDurationMs: number | null;
  state: StageState;
  /** What was decided while this stage ran, oldest first. */
  decisions: Decision[];
  /** When traffic first reached this share. */
  startedAt: string | null;
}

/** The planned stages and, after them, everybody (100 %), unless the last stage is that already. */
export function stageStates(
  rollout: Pick<Rollout, "stages" | "stage" | "state">,
  decisions: readonly Decision[],
): StageBlock[] {
  const { stages, stage: current, state } = rollout;
  const endsWithEverybody = stages[stages.length - 1]?.percent === 100;
  const percents = stages.map((stage) => stage.percent).concat(endsWithEverybody ? [] : [100]);
  return percents.map((percent, index) => {
    const own = decisions.filter((decision) =>
      decision.action === "complete" ? index === percents.length - 1 : decision.stage === index,
    );
    return {
      percent,
      minUnitsPerArm: stages[index]?.minUnitsPerArm ?? null,
      minDurationMs: stages[index]?.minDurationMs ?? null,
      state: stateOf(index, current, state),
      decisions: own,
      startedAt: own.find(({ action }) => ["start", "advance", "complete"].includes(action))?.at ?? null,
    };
  });
}

function stateOf(index: number, current: number, rollout: Rollout["state"]): StageState {
  if (rollout === "completed" || index < current) return "done";
  if (index > current) return rollout === "aborted" ? "not reached" : "waiting";
  return rollout === "aborted" ? "rolled back" : rollout;
}

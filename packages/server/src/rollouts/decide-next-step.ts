/** What an automatic actor may do with a rollout now: advance, complete, pause, or hold and say what it waits for. */
import { differenceOfProportions, sampleRatioMismatch } from "@ratchet/stats";

/** Below this the split of units contradicts the plan (statistics.md, sample ratio). */
const sampleRatioAlarm = 0.001;

/** Units of one arm, and how many of them have failed. */
export interface ArmState {
  units: number;
  failedUnits: number;
}

export interface RolloutSituation {
  stageIndex: number;
  stageCount: number;
  percent: number;
  minUnitsPerArm: number;
  minDurationMs: number;
  stageAgeMs: number;
  autoPromote: boolean;
  /** Absolute rise of the failed-unit share that the last stage must rule out. */
  nonInferiorityMargin: number;
  /** Units whose first exposure to the arm was in this stage. */
  inStage: { control: number; candidate: number };
  /** Units since that arm was last seen, in order of first exposure. */
  silence: { control: number; candidate: number };
  arms: { control: ArmState; candidate: ArmState };
}

export interface NextStep {
  action: "advance" | "complete" | "pause" | "hold";
  /** A sentence with the numbers of this moment. */
  reason: string;
  /** What promotion still needs, as sentences; empty when nothing. */
  waitingFor: string[];
  sampleRatioP: number | null;
}

/** Abort is not decided here: it follows from the evidence of each failure, at once. */
export function decideNextStep(situation: RolloutSituation): NextStep {
  const { inStage, percent, stageIndex, stageCount } = situation;
  const share = percent / 100;
  const sampleRatioP = computeSampleRatio(inStage, share);
  const waitingFor = listUnmet(situation);
  const step = (action: NextStep["action"], reason: string): NextStep => ({ action, reason, waitingFor, sampleRatioP });
  if (sampleRatioP !== null && sampleRatioP < sampleRatioAlarm) {
    return step(
      "pause",
      `Units do not split as planned: ${inStage.candidate} candidate and ${inStage.control} control at ${percent} % (p = ${sampleRatioP.toExponential(1)}).`,
    );
  }
  const silentArm = findSilentArm(situation.silence, share);
  if (silentArm) {
    return step(
      "pause",
      `The ${silentArm} arm is silent: none of the last ${situation.silence[silentArm]} units were its, which is no accident at ${percent} %.`,
    );
  }
  if (waitingFor.length > 0) return step("hold", waitingFor.join(" "));
  if (!situation.autoPromote) return step("hold", "Ready to advance: a person decides, as autoPromote is off.");
  const numbers = describeArms(situation.arms);
  if (stageIndex === stageCount - 1)
    return step("complete", `Every stage passed without evidence of harm: ${numbers}.`);
  return step("advance", `Stage ${stageIndex + 1} of ${stageCount} passed without evidence of harm: ${numbers}.`);
}

function listUnmet(situation: RolloutSituation): string[] {
  const { inStage, minUnitsPerArm, minDurationMs, stageAgeMs, arms, nonInferiorityMargin } = situation;
  const unmet: string[] = [];
  for (const arm of ["control", "candidate"] as const) {
    // At 100 % nobody is left for the control arm.
    if (arm === "control" && situation.percent === 100) continue;
    if (inStage[arm] < minUnitsPerArm) unmet.push(`${minUnitsPerArm - inStage[arm]} more units in the ${arm} arm.`);
  }
  if (stageAgeMs < minDurationMs) unmet.push(`${Math.ceil((minDurationMs - stageAgeMs) / 1000)} s more at this stage.`);
  if (unmet.length === 0 && situation.stageIndex === situation.stageCount - 1) {
    const { control, candidate } = arms;
    const { low } = differenceOfProportions(
      control.failedUnits,
      control.units,
      candidate.failedUnits,
      candidate.units,
      {
        alpha: 0.1,
      },
    );
    if (low < -nonInferiorityMargin) {
      unmet.push(
        `Evidence that failures rise by at most ${toPoints(nonInferiorityMargin)} points: so far it may be ${toPoints(-low)} (${describeArms(arms)}).`,
      );
    }
  }
  return unmet;
}

function computeSampleRatio(inStage: { control: number; candidate: number }, share: number): number | null {
  const total = inStage.control + inStage.candidate;
  if (total === 0 || share >= 1) return null;
  return sampleRatioMismatch([inStage.control, inStage.candidate], [1 - share, share]).p;
}

/** An arm is silent when the chance of so long a run without it is below the alarm. */
function findSilentArm(silence: { control: number; candidate: number }, share: number) {
  if (share >= 1) return undefined;
  if (share ** silence.control < sampleRatioAlarm) return "control";
  if ((1 - share) ** silence.candidate < sampleRatioAlarm) return "candidate";
  return undefined;
}

function describeArms({ control, candidate }: RolloutSituation["arms"]): string {
  return `${candidate.failedUnits} of ${candidate.units} candidate units failed, ${control.failedUnits} of ${control.units} control units`;
}

function toPoints(share: number): string {
  return (share * 100).toFixed(1);
}

/** What an automatic actor may do with a rollout now: advance, complete, pause, or hold and say what it waits for. */
import { differenceOfProportions, sampleRatioMismatch, silenceP } from "@ratchet/stats";

/** Below this the split of units, or the wait for an arm, contradicts the plan. */
const alarm = 0.001;

/** Units of one arm, and how many of them have failed. */
export interface ArmState {
  units: number;
  failedUnits: number;
}

export interface StageCount {
  units: number;
  waited: number;
}

export interface RolloutSituation {
  stageIndex: number;
  stageCount: number;
  percent: number;
  /** The candidate's, as exposures of this stage carry it. */
  share: number;
  minUnitsPerArm: number;
  minDurationMs: number;
  stageAgeMs: number;
  autoPromote: boolean;
  /** Absolute rise of the failed-unit share that the last stage must rule out. */
  nonInferiorityMargin: number;
  /** Units seen at this stage's share, and units of the other arm since this arm's last one. */
  inStage: { control: StageCount; candidate: StageCount };
  /** Both arms at the newest share that has both; `null` before there is one. */
  concurrent: { control: ArmState; candidate: ArmState } | null;
  /** Over all stages. */
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
  const { inStage, percent, share, stageIndex, stageCount } = situation;
  const sampleRatioP = computeSampleRatio(inStage, share);
  const waitingFor = listUnmet(situation);
  const step = (action: NextStep["action"], reason: string): NextStep => ({ action, reason, waitingFor, sampleRatioP });
  if (sampleRatioP !== null && sampleRatioP < alarm) {
    return step(
      "pause",
      `Units do not split as planned: ${inStage.candidate.units} candidate and ${inStage.control.units} control at ${percent} % (p = ${sampleRatioP.toExponential(1)}). Nothing else of this rollout can be trusted: abort it, mend the assignment or its recording, and start anew.`,
    );
  }
  const silentArm = findSilentArm(inStage, share);
  if (silentArm) {
    return step(
      "pause",
      `The ${silentArm} arm is silent: none of the last ${inStage[silentArm].waited} units were its, which is no accident at ${percent} %.`,
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
  const { inStage, minUnitsPerArm, minDurationMs, stageAgeMs } = situation;
  const unmet: string[] = [];
  for (const arm of ["control", "candidate"] as const) {
    // At 100 % nobody is left for the control arm.
    if (arm === "control" && situation.percent === 100) continue;
    const lacking = minUnitsPerArm - inStage[arm].units;
    if (lacking > 0) unmet.push(`${lacking} more units in the ${arm} arm.`);
  }
  if (stageAgeMs < minDurationMs) unmet.push(`${Math.ceil((minDurationMs - stageAgeMs) / 1000)} s more at this stage.`);
  const isLast = situation.stageIndex === situation.stageCount - 1;
  return unmet.length === 0 && isLast ? listUnproven(situation) : unmet;
}

function listUnproven({ concurrent, nonInferiorityMargin }: RolloutSituation): string[] {
  if (concurrent === null) return ["Units of both arms at one stage, to compare them."];
  const { control, candidate } = concurrent;
  const { low } = differenceOfProportions(
    control.failedUnits,
    control.units,
    candidate.failedUnits,
    candidate.units,
    // One-sided at 5 %.
    { alpha: 0.1 },
  );
  if (low >= -nonInferiorityMargin) return [];
  return [
    `Evidence that failures rise by at most ${toPoints(nonInferiorityMargin)} points: so far it may be ${toPoints(-low)} (${describeArms(concurrent)}).`,
  ];
}

function computeSampleRatio({ control, candidate }: RolloutSituation["inStage"], share: number): number | null {
  if (control.units + candidate.units === 0 || share >= 1) return null;
  return sampleRatioMismatch([control.units, candidate.units], [1 - share, share]).p;
}

function findSilentArm({ control, candidate }: RolloutSituation["inStage"], share: number) {
  if (share >= 1) return undefined;
  if (silenceP({ share: 1 - share, waited: control.waited, seen: control.units }) < alarm) return "control";
  if (silenceP({ share, waited: candidate.waited, seen: candidate.units }) < alarm) return "candidate";
  return undefined;
}

function describeArms({ control, candidate }: RolloutSituation["arms"]): string {
  return `${candidate.failedUnits} of ${candidate.units} candidate units failed, ${control.failedUnits} of ${control.units} control units`;
}

function toPoints(share: number): string {
  return (share * 100).toFixed(1);
}

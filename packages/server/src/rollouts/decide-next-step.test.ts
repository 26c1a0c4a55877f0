import { describe, expect, it } from "vitest";
import { decideNextStep, type RolloutSituation } from "./decide-next-step.ts";

const situation: RolloutSituation = {
  stageIndex: 0,
  stageCount: 3,
  percent: 50,
  share: 0.5,
  minUnitsPerArm: 20,
  minDurationMs: 0,
  stageAgeMs: 0,
  autoPromote: true,
  nonInferiorityMargin: 0.1,
  inStage: { control: { units: 30, waited: 0 }, candidate: { units: 28, waited: 1 } },
  concurrent: { control: { units: 30, failedUnits: 3 }, candidate: { units: 28, failedUnits: 2 } },
  arms: { control: { units: 30, failedUnits: 3 }, candidate: { units: 28, failedUnits: 2 } },
};
const inStage = (control: number, candidate: number, waited = 0) => ({
  control: { units: control, waited: 0 },
  candidate: { units: candidate, waited },
});

describe("the next step of a rollout", () => {
  it("is the next stage when both arms have their units and nothing speaks against it", () => {
    expect(decideNextStep(situation)).toMatchObject({ action: "advance", waitingFor: [] });
  });

  it("waits for units, and says how many and where", () => {
    const step = decideNextStep({ ...situation, inStage: inStage(25, 12) });
    expect(step).toMatchObject({ action: "hold", waitingFor: ["8 more units in the candidate arm."] });
  });

  it("waits for the stage's minimum duration", () => {
    const step = decideNextStep({ ...situation, minDurationMs: 60_000, stageAgeMs: 15_000 });
    expect(step.waitingFor).toEqual(["45 s more at this stage."]);
  });

  it("is a person's when autoPromote is off", () => {
    expect(decideNextStep({ ...situation, autoPromote: false })).toMatchObject({ action: "hold", waitingFor: [] });
  });

  it("is a pause when units do not split as planned", () => {
    const step = decideNextStep({ ...situation, inStage: inStage(80, 30) });
    expect(step.action).toBe("pause");
    expect(step.reason).toContain("30 candidate and 80 control at 50 %");
  });

  it("is a pause, not an abort, when an arm falls silent", () => {
    const step = decideNextStep({ ...situation, inStage: inStage(48, 28, 25) });
    expect(step).toMatchObject({ action: "pause" });
    expect(step.reason).toContain("candidate arm is silent");
  });

  it("takes a short run without an arm for chance", () => {
    expect(decideNextStep({ ...situation, inStage: inStage(30, 28, 10) }).action).toBe("advance");
  });

  it("is no pause for a candidate among the first units at 1 %", () => {
    const early = { ...situation, percent: 1, share: 0.01, inStage: inStage(4, 1) };
    expect(decideNextStep(early).action).toBe("hold");
  });

  describe("at the last stage", () => {
    const last = { ...situation, stageIndex: 2 };
    const proven = { control: { units: 300, failedUnits: 30 }, candidate: { units: 300, failedUnits: 5 } };

    it("needs evidence that failures do not rise beyond the margin", () => {
      const step = decideNextStep(last);
      expect(step.action).toBe("hold");
      expect(step.waitingFor[0]).toContain("rise by at most 10.0 points");
    });

    it("completes once that is shown", () => {
      expect(decideNextStep({ ...last, concurrent: proven })).toMatchObject({ action: "complete" });
    });

    it("compares arms of one stage: over all stages a rate that fell would speak for the candidate", () => {
      const concurrent = { control: { units: 100, failedUnits: 0 }, candidate: { units: 100, failedUnits: 10 } };
      const arms = { control: { units: 1000, failedUnits: 200 }, candidate: { units: 110, failedUnits: 12 } };
      expect(decideNextStep({ ...last, concurrent, arms })).toMatchObject({ action: "hold" });
    });

    it("waits while there is nobody to compare", () => {
      const step = decideNextStep({ ...last, minUnitsPerArm: 0, inStage: inStage(0, 0), concurrent: null });
      expect(step).toMatchObject({ action: "hold", waitingFor: ["Units of both arms at one stage, to compare them."] });
    });

    it("asks nothing of a control arm that has nobody left at 100 %", () => {
      const all = { ...last, percent: 100, share: 1, inStage: inStage(0, 40), concurrent: proven };
      expect(decideNextStep(all)).toMatchObject({ action: "complete", sampleRatioP: null });
    });
  });
});

import { describe, expect, it } from "vitest";
import { decideNextStep, type RolloutSituation } from "./decide-next-step.ts";

const situation: RolloutSituation = {
  stageIndex: 0,
  stageCount: 3,
  percent: 50,
  minUnitsPerArm: 20,
  minDurationMs: 0,
  stageAgeMs: 0,
  autoPromote: true,
  nonInferiorityMargin: 0.1,
  inStage: { control: 30, candidate: 28 },
  silence: { control: 0, candidate: 1 },
  arms: { control: { units: 30, failedUnits: 3 }, candidate: { units: 28, failedUnits: 2 } },
};

describe("the next step of a rollout", () => {
  it("is the next stage when both arms have their units and nothing speaks against it", () => {
    expect(decideNextStep(situation)).toMatchObject({ action: "advance", waitingFor: [] });
  });

  it("waits for units, and says how many and where", () => {
    const step = decideNextStep({ ...situation, inStage: { control: 25, candidate: 12 } });
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
    const step = decideNextStep({ ...situation, inStage: { control: 80, candidate: 30 } });
    expect(step.action).toBe("pause");
    expect(step.reason).toContain("30 candidate and 80 control at 50 %");
  });

  it("is a pause, not an abort, when an arm falls silent", () => {
    const step = decideNextStep({ ...situation, silence: { control: 0, candidate: 12 } });
    expect(step).toMatchObject({ action: "pause" });
    expect(step.reason).toContain("candidate arm is silent");
  });

  it("takes a short run without an arm for chance", () => {
    expect(decideNextStep({ ...situation, silence: { control: 0, candidate: 9 } }).action).toBe("advance");
  });

  describe("at the last stage", () => {
    const last = { ...situation, stageIndex: 2 };

    it("needs evidence that failures do not rise beyond the margin", () => {
      const step = decideNextStep(last);
      expect(step.action).toBe("hold");
      expect(step.waitingFor[0]).toContain("rise by at most 10.0 points");
    });

    it("completes once that is shown", () => {
      const arms = { control: { units: 300, failedUnits: 30 }, candidate: { units: 300, failedUnits: 5 } };
      expect(decideNextStep({ ...last, arms })).toMatchObject({ action: "complete" });
    });

    it("asks nothing of a control arm that has nobody left at 100 %", () => {
      const arms = { control: { units: 100, failedUnits: 10 }, candidate: { units: 200, failedUnits: 5 } };
      const step = decideNextStep({ ...last, percent: 100, inStage: { control: 0, candidate: 40 }, arms });
      expect(step).toMatchObject({ action: "complete", sampleRatioP: null });
    });
  });
});

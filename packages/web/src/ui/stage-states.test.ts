import { describe, expect, it } from "vitest";
import { stageStates } from "./stage-states.ts";

const stages = [1, 10, 50].map((percent) => ({ percent, minUnitsPerArm: 100, minDurationMs: 0 }));
const decide = (action: "start" | "advance" | "pause" | "abort" | "complete", stage: number) => ({
  at: `2026-11-24T05:0${stage}:00.000Z`,
  actor: "ratchet",
  action,
  stage,
  percent: stages[stage]?.percent ?? 100,
  reason: "because",
});

describe("a rollout's stages", () => {
  it("end with everybody, which no plan needs to name", () => {
    const blocks = stageStates({ stages, stage: 1, state: "running" }, []);
    expect(blocks.map((block) => block.percent)).toEqual([1, 10, 50, 100]);
    expect(blocks.map((block) => block.state)).toEqual(["done", "running", "waiting", "waiting"]);
  });

  it("do not show 100 % twice when the plan names it", () => {
    const planned = [...stages, { percent: 100, minUnitsPerArm: 0, minDurationMs: 0 }];
    expect(stageStates({ stages: planned, stage: 0, state: "running" }, []).map((b) => b.percent)).toEqual([
      1, 10, 50, 100,
    ]);
  });

  it("behind an abort were not reached, rather than waiting", () => {
    const blocks = stageStates({ stages, stage: 1, state: "aborted" }, [decide("abort", 1)]);
    expect(blocks.map((block) => block.state)).toEqual(["done", "rolled back", "not reached", "not reached"]);
    expect(blocks[1]?.decisions.map((d) => d.action)).toEqual(["abort"]);
  });

  it("are all done when the rollout is completed, and completion belongs to everybody", () => {
    const decisions = [decide("start", 0), decide("advance", 1), decide("advance", 2), decide("complete", 2)];
    const blocks = stageStates({ stages, stage: 2, state: "completed" }, decisions);
    expect(new Set(blocks.map((block) => block.state))).toEqual(new Set(["done"]));
    expect(blocks[3]?.startedAt).toBe(decisions[3]?.at);
    expect(blocks[2]?.decisions.map((d) => d.action)).toEqual(["advance"]);
  });

  it("know when traffic reached them", () => {
    const blocks = stageStates({ stages, stage: 1, state: "paused" }, [
      decide("start", 0),
      decide("advance", 1),
      decide("pause", 1),
    ]);
    expect(blocks.map((block) => block.startedAt?.slice(14, 16) ?? null)).toEqual(["00", "01", null, null]);
    expect(blocks[1]?.state).toBe("paused");
  });
});

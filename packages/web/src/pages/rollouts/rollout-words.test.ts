import { describe, expect, it } from "vitest";
import { rolloutStates, standingText, trafficText } from "./rollout-words.ts";

describe("a rollout in words", () => {
  it("never dresses missing evidence up as a regression", () => {
    const text = standingText({
      state: "running",
      waitingFor: ["40 more units in the candidate arm."],
      autoPromote: true,
    });
    expect(text).toBe("Holding: the evidence to go on is not there yet.");
    expect(rolloutStates.paused.tone).toBe("unsure");
  });

  it("leaves the decision to a person unless it may promote itself", () => {
    expect(standingText({ state: "running", waitingFor: [], autoPromote: false })).toMatch(/person may advance/);
    expect(standingText({ state: "running", waitingFor: [], autoPromote: true })).toMatch(/by itself/);
    expect(standingText({ state: "aborted", waitingFor: [], autoPromote: true })).toBeNull();
  });

  it("says where the traffic is", () => {
    const rollout = { percent: 25, release: "R-3", control: "R-2" };
    expect(trafficText({ ...rollout, state: "running" })).toBe("at 25 % of units");
    expect(trafficText({ ...rollout, state: "aborted" })).toBe("everybody back on R-2");
    expect(trafficText({ ...rollout, state: "completed" })).toBe("everybody on R-3");
  });
});

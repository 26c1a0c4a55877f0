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
    expect(trafficText({ state: "running", percent: 25, control: "R-2" })).toBe("at 25 % of units");
    expect(trafficText({ state: "aborted", percent: 25, control: "R-2" })).toBe("back at R-2 for everybody");
    expect(trafficText({ state: "completed", percent: 50, control: "R-2" })).toBe("at 100 %, everybody");
  });
});

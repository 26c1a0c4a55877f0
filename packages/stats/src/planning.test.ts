import { describe, expect, it } from "vitest";
import { sampleRatioMismatch, sampleSizeForMean, spendAlpha } from "./index.ts";

describe("planning", () => {
  it("needs 969 cases for the example of Miller 2024: 3 points, ω² = 1/9, σ² = 0, power 80 %", () => {
    const plan = {
      delta: 0.03,
      varianceBetween: 1 / 9,
      varianceWithinA: 0,
      varianceWithinB: 0,
      trialsA: 1,
      trialsB: 1,
    };
    expect(sampleSizeForMean({ ...plan, alpha: 0.05, power: 0.8 })).toBe(969);
  });

  it("needs fewer cases with more trials each, down to what lies between the cases", () => {
    const cases = (trials: number) =>
      sampleSizeForMean({
        delta: 0.05,
        varianceBetween: 0.01,
        varianceWithinA: 0.2,
        varianceWithinB: 0.2,
        trialsA: trials,
        trialsB: trials,
        alpha: 0.05,
        power: 0.8,
      });
    expect(cases(4)).toBeLessThan(cases(1));
    expect(cases(100)).toBeGreaterThanOrEqual(cases(100_000));
    expect(cases(100_000)).toBe(32);
  });
});

describe("looks", () => {
  it("spend all of α at the only planned one, and nothing beyond the plan", () => {
    expect(spendAlpha({ alpha: 0.05, look: 1, plannedLooks: 1 })).toEqual({ now: 0.05, spent: 0.05 });
    expect(spendAlpha({ alpha: 0.05, look: 2, plannedLooks: 1 })).toEqual({ now: 0, spent: 0.05 });
  });

  // R: 2 * (1 - pnorm(qnorm(0.975) / sqrt(1:5 / 5))), as gsDesign's sfLDOF
  it("spend by O'Brien and Fleming: almost nothing early", () => {
    const spent = [1, 2, 3, 4, 5].map((look) => spendAlpha({ alpha: 0.05, look, plannedLooks: 5 }).spent);
    const expected = [1.1726447e-5, 1.941913e-3, 1.1396418e-2, 2.8429631e-2, 0.05];
    for (const [index, value] of expected.entries()) expect((spent[index] as number) / value).toBeCloseTo(1, 6);
  });

  it("never spend more than α in all", () => {
    for (const plannedLooks of [1, 2, 3, 4, 5]) {
      let total = 0;
      for (let look = 1; look <= 7; look++) total += spendAlpha({ alpha: 0.05, look, plannedLooks }).now;
      expect(total).toBeCloseTo(0.05, 14);
    }
  });
});

describe("the sample ratio", () => {
  it("alarms when an arm gets units that it should not, and is silent about none", () => {
    expect(sampleRatioMismatch([1000, 1200], [0.5, 0.5]).p).toBeLessThan(0.001);
    expect(sampleRatioMismatch([1000, 1], [1, 0]).p).toBe(0);
    expect(sampleRatioMismatch([0, 0], [0.9, 0.1]).p).toBe(1);
  });

  it("refuses shares that do not sum to 1", () => {
    expect(() => sampleRatioMismatch([1, 2], [0.5, 0.6])).toThrow("1.1");
  });
});

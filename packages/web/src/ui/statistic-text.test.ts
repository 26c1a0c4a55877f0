import { describe, expect, it } from "vitest";
import { decimalsFor, evidenceText, intervalText, signed } from "./statistic-text.ts";

describe("a statistic as text", () => {
  it("has the decimals that its margin needs", () => {
    expect([0.05, 0.5, 20, 200, 0.002].map(decimalsFor)).toEqual([3, 2, 0, 0, 4]);
  });

  it("always carries its sign, and none when it rounds to zero", () => {
    expect([signed(0.07, 3), signed(-0.0123, 3), signed(-0.0001, 3), signed(0, 2), signed(-1234.5, 0)]).toEqual([
      "+0.070",
      "−0.012",
      "0.000",
      "0.00",
      "−1,235",
    ]);
  });

  it("labels an interval with its level, and says when there is none", () => {
    expect(intervalText({ low: -0.0123, high: 0.05, level: 0.9 }, 3)).toBe("90 % interval −0.012 to +0.050");
    expect(intervalText({ low: 0, high: 1, level: 0.9944 }, 2)).toBe("99.4 % interval 0.00 to +1.00");
    expect(intervalText({ low: null, high: null, level: 0.9 }, 3)).toBe("no interval");
  });

  it("writes evidence over any range of magnitudes", () => {
    expect([1, 0.031, 39.4, 1234567, 3.2e-9].map(evidenceText)).toEqual(["1", "0.031", "39", "1.2e6", "3.2e−9"]);
  });
});

import { describe, expect, it } from "vitest";
import { decimalsFor, evidenceText, fixed, scoreText, shareText, signed } from "./statistic-text.ts";

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
    expect(fixed(-0.5, 1)).toBe("−0.5");
    expect([scoreText(null), scoreText(0.81251), scoreText(1), scoreText(1204.4)]).toEqual([
      "–",
      "0.813",
      "1",
      "1,204",
    ]);
  });

  it("does not round a rare failure down to none", () => {
    expect([shareText(0.0007), shareText(0), shareText(0.042), shareText(0.347)]).toEqual([
      "0.07 %",
      "0 %",
      "4.2 %",
      "35 %",
    ]);
  });

  it("writes evidence over any range of magnitudes", () => {
    expect([1, 0.031, 39.4, 1234567, 3.2e-9].map(evidenceText)).toEqual(["1", "0.031", "39", "1.2e6", "3.2e−9"]);
  });
});

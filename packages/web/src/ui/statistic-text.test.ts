import { describe, expect, it } from "vitest";
import { decimalsFor, evidenceText, signed } from "./statistic-text.ts";

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

  it("writes evidence over any range of magnitudes", () => {
    expect([1, 0.031, 39.4, 1234567, 3.2e-9].map(evidenceText)).toEqual(["1", "0.031", "39", "1.2e6", "3.2e−9"]);
  });
});

import { describe, expect, it } from "vitest";
import { adjust } from "./adjust.ts";

describe("adjusted p-values", () => {
  it.each([
    ["holm", [0.04, 0.06, 0.06, 0.06]],
    ["hochberg", [0.04, 0.04, 0.04, 0.04]],
    ["bh", [0.04, 0.04, 0.04, 0.04]],
    ["by", [1 / 12, 1 / 12, 1 / 12, 1 / 12]],
    ["bonferroni", [0.04, 0.08, 0.12, 0.16]],
  ] as const)("follow the definition of %s", (method, expected) => {
    const given = adjust([0.01, 0.02, 0.03, 0.04], method);
    for (const [index, value] of expected.entries()) expect(given[index]).toBeCloseTo(value, 12);
  });

  it("keep the order of the input", () => {
    expect(adjust([0.5, 0.001], "holm")).toEqual([0.5, 0.002]);
  });

  it("refuse what is no probability, naming it", () => {
    expect(() => adjust([0.1, Number.NaN], "bh")).toThrow("NaN");
    expect(() => adjust([1.2], "holm")).toThrow("1.2");
  });
});

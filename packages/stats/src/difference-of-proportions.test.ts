import { describe, expect, it } from "vitest";
import { differenceOfProportions } from "./difference-of-proportions.ts";

describe("the difference of two shares", () => {
  // Newcombe 1998, Statistics in Medicine 17:873, table II, method 10.
  it.each([
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [6, 7, 2, 7, 0.0582, 0.8062],
    [5, 56, 0, 29, -0.0381, 0.1926],
    [0, 10, 0, 20, -0.1611, 0.2775],
    [10, 10, 0, 20, 0.6791, 1],
  ])("of %i/%i and %i/%i has Newcombe's published interval", (k1, n1, k2, n2, low, high) => {
    const interval = differenceOfProportions(k1, n1, k2, n2, { alpha: 0.05 });
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it("refuses a group without members, naming it", () => {
    expect(() => differenceOfProportions(0, 0, 1, 2, { alpha: 0.05 })).toThrow(RangeError);
  });
});

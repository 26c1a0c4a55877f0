import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeTrend } from "./trend.ts";
import { hasComeBack, verifyFix } from "./verify.ts";

describe("verifying a fix", () => {
  const before = { "": 20, "R-1": 20 };

  it("compares the releases before the fix with the fix and later ones", () => {
    const { isGone, verification } = verifyFix(
      "R-2",
      { "R-1": 40 },
      { ...before, "R-1": 380, "R-2": 100, "R-10": 312 },
    );
    expect(verification).toMatchObject({ rateBefore: 0.1, failuresSince: 0, exposedSince: 412, furtherTraces: 0 });
    expect(verification.upperBound).toBeCloseTo(0.00724, 4);
    expect(isGone).toBe(true);
  });

  it("needs exposure: silence proves nothing", () => {
    const { isGone, verification } = verifyFix("R-2", { "R-1": 40 }, { "R-1": 400 });
    expect(isGone).toBe(false);
    expect(verification).toMatchObject({ exposedSince: 0, upperBound: null, furtherTraces: 59 });
  });

  it("does not count the old release's failures against the fix", () => {
    const { verification } = verifyFix("R-2", { "R-1": 90 }, { "R-1": 900, "R-2": 100 });
    expect(verification.failuresSince).toBe(0);
  });

  it("counts a trace whose signal arrived first", () => {
    expect(verifyFix("R-2", { "R-1": 4, "R-2": 1 }, { "R-1": 40 }).verification.exposedSince).toBe(1);
  });

  it("never calls a failure gone that is as frequent as before", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 500 }), (failed, clean) => {
        const n = failed + clean;
        return !verifyFix("R-2", { "R-1": failed, "R-2": failed }, { "R-1": n, "R-2": n }).isGone;
      }),
      { seed: 1 },
    );
  });
});

describe("a verified failure", () => {
  const proof = { rateBefore: 0.1, failuresSince: 0, exposedSince: 412, upperBound: 0.0072, furtherTraces: 0 };
  const later = (failures: number, exposed: number) => ({
    ...proof,
    failuresSince: failures,
    exposedSince: 412 + exposed,
  });

  it.each([
    [0, 1000, false],
    [1, 3, true],
    [1, 200, false],
    [2, 20, true],
    [4, 100, true],
  ])("with %i more failures in %i more traces: came back %s", (failures, exposed, cameBack) => {
    expect(hasComeBack(proof, later(failures, exposed))).toBe(cameBack);
  });
});

describe("the trend of a failure", () => {
  const now = new Date("2026-11-24T12:00:00Z");
  const weekAgo = new Date("2026-11-17T12:00:00Z");

  it.each([
    [{ recent: 0, earlier: 0 }, "silent"],
    [{ recent: 0, earlier: 3 }, "fading"],
    [{ recent: 10, earlier: 10 }, "steady"],
    [{ recent: 1, earlier: 0 }, "steady"],
    [{ recent: 20, earlier: 5 }, "escalating"],
    [{ recent: 5, earlier: 20 }, "fading"],
  ] as const)("of %j is %s", (counts, trend) => {
    expect(judgeTrend(counts, weekAgo, now)).toBe(trend);
  });

  it("is new within a day of its first signal", () => {
    expect(judgeTrend({ recent: 500, earlier: 0 }, new Date("2026-11-24T00:00:00Z"), now)).toBe("new");
  });
});

import { describe, expect, it } from "vitest";
import { proportionInterval, verifyGone } from "./index.ts";

describe("verifying that a failure is gone", () => {
  it("is done when the bound is at most half the rate before", () => {
    const verdict = verifyGone({ failures: 0, exposed: 412, rateBefore: 0.04 });
    expect(verdict).toMatchObject({ gone: true, furtherClean: 0 });
    // R: binom.test(0, 412, alternative = "less")$conf.int[2]
    expect(verdict.upperBound).toBeCloseTo(0.00724482366, 10);
  });

  it("says exactly how many further clean traces would do", () => {
    for (const failures of [0, 1, 4]) {
      const { gone, furtherClean } = verifyGone({ failures, exposed: 30, rateBefore: 0.1 });
      expect(gone).toBe(false);
      const after = (more: number) => verifyGone({ failures, exposed: 30 + more, rateBefore: 0.1 });
      expect(after(furtherClean as number).gone).toBe(true);
      expect(after((furtherClean as number) - 1).gone).toBe(false);
    }
  });

  it("takes the bound of Clopper and Pearson, one-sided", () => {
    const { upperBound } = verifyGone({ failures: 3, exposed: 100, rateBefore: 0.2 });
    expect(upperBound).toBeCloseTo(proportionInterval(3, 100, { alpha: 0.1, method: "clopper-pearson" }).high, 12);
  });

  it("is never done by silence: no traffic is no success", () => {
    expect(verifyGone({ failures: 0, exposed: 0, rateBefore: 0.2 })).toEqual({
      gone: false,
      upperBound: null,
      furtherClean: 29,
    });
  });

  it("cannot be done when the rate before is unknown", () => {
    expect(verifyGone({ failures: 0, exposed: 1000, rateBefore: null })).toMatchObject({
      gone: false,
      furtherClean: null,
    });
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { armAt, evidenceGeometry, evidenceZone } from "./evidence-geometry.ts";

const startedAt = "2026-11-24T05:00:00.000Z";
const endedAt = "2026-11-24T06:00:00.000Z";
const minute = (n: number) => new Date(Date.parse(startedAt) + n * 60_000).toISOString();

describe("the zones of an evidence chart", () => {
  it("call worse what reaches the abort threshold, and nothing below it", () => {
    expect(evidenceZone(40, 40)).toBe("worse");
    expect(evidenceZone(39.99, 40)).toBe("undecided");
  });

  it("call safe only what is as improbable under harm as the threshold is without", () => {
    expect(evidenceZone(1 / 40, 40)).toBe("safe");
    expect(evidenceZone(1 / 39, 40)).toBe("undecided");
  });

  it("leave a rollout without any failure undecided", () => {
    expect(evidenceZone(1, 20)).toBe("undecided");
  });
});

describe("an evidence chart", () => {
  it("starts at evidence 1 and runs on to the end when nothing failed", () => {
    const { path, oneY, marks } = evidenceGeometry([], { threshold: 20, startedAt, endedAt });
    expect(path).toBe(`M0 ${oneY}H100`);
    expect(oneY).toBeCloseTo(50, 9);
    expect(marks).toEqual([]);
  });

  it("steps only at failures: evidence does not drift between them", () => {
    const points = [
      { at: minute(15), evidence: 2 },
      { at: minute(30), evidence: 1 },
    ];
    const { path } = evidenceGeometry(points, { threshold: 20, startedAt, endedAt });
    expect(path).toMatch(/^M0 50H25V[\d.]+H50V50H100$/);
  });

  it("keeps both zone lines visible, symmetric about 1 on its log scale", () => {
    const { thresholdY, oneY, safeY } = evidenceGeometry([], { threshold: 40, startedAt, endedAt });
    expect(oneY - thresholdY).toBeCloseTo(safeY - oneY, 9);
    expect(thresholdY).toBeGreaterThan(0);
    expect(safeY).toBeLessThan(100);
  });

  it("runs along the edge, and says so, when the evidence leaves the scale", () => {
    const points = [{ at: minute(10), evidence: 1e-30 }];
    const { marks } = evidenceGeometry(points, { threshold: 20, startedAt, endedAt });
    expect(marks[0]).toMatchObject({ y: 100, offScale: true });
  });

  it("labels at most seven powers of ten, 1 among them", () => {
    const points = [
      { at: minute(1), evidence: 1e300 },
      { at: minute(2), evidence: 1e-300 },
    ];
    const { ticks } = evidenceGeometry(points, { threshold: 1e6, startedAt, endedAt });
    expect(ticks.length).toBeLessThanOrEqual(7);
    expect(ticks.map((tick) => tick.exponent)).toContain(0);
  });

  it("places more evidence higher, later failures further right, and all inside its box", () => {
    const evidence = fc.double({ min: 1e-12, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(fc.array(evidence, { minLength: 2, maxLength: 30 }), (values) => {
        const points = values.map((value, index) => ({ at: minute(index), evidence: value }));
        const { marks } = evidenceGeometry(points, { threshold: 20, startedAt, endedAt });
        for (const [index, mark] of marks.entries()) {
          expect(mark.y >= 0 && mark.y <= 100 && mark.x >= 0 && mark.x <= 100).toBe(true);
          const next = marks[index + 1];
          if (!next) continue;
          expect(next.x).toBeGreaterThan(mark.x);
          if ((values[index + 1] as number) > (values[index] as number)) expect(next.y).toBeLessThanOrEqual(mark.y);
        }
      }),
      { seed: 20261124, numRuns: 300 },
    );
  });

  it("refuses a threshold that could never be crossed from 1", () => {
    expect(() => evidenceGeometry([], { threshold: 1, startedAt, endedAt })).toThrow(RangeError);
  });
});

describe("a point of the evidence", () => {
  it("belongs to the arm whose count of failed units it raised", () => {
    const history = [{ candidateFailures: 0 }, { candidateFailures: 1 }, { candidateFailures: 1 }];
    expect(history.map((_, index) => armAt(history, index))).toEqual(["control", "candidate", "control"]);
    expect(armAt([{ candidateFailures: 1 }], 0)).toBe("candidate");
  });
});

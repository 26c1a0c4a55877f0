import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { forestGeometry } from "./forest-geometry.ts";

describe("a forest plot", () => {
  it("shows zero and the whole margin band, even when the interval is far away", () => {
    const { zero, band, interval } = forestGeometry({ difference: 0.5, low: 0.45, high: 0.55, margin: 0.05 });
    expect(band.from).toBeGreaterThan(0);
    expect(zero).toBeCloseTo((band.from + band.to) / 2, 9);
    expect(interval?.from).toBeGreaterThan(band.to);
    expect(interval?.to).toBeLessThan(100);
  });

  it("draws neither interval nor point where the statistics refused one", () => {
    const geometry = forestGeometry({ difference: null, low: null, high: null, margin: 0.05 });
    expect(geometry.interval).toBeNull();
    expect(geometry.point).toBeNull();
    expect(geometry.zero).toBeCloseTo(50, 9);
  });

  it("draws the point alone when only the interval is undefined", () => {
    const geometry = forestGeometry({ difference: 0.02, low: null, high: null, margin: 0.05 });
    expect(geometry.interval).toBeNull();
    expect(geometry.point).toBeGreaterThan(geometry.zero);
  });

  it("refuses a margin of zero, which no criterion may have", () => {
    expect(() => forestGeometry({ difference: 0, low: 0, high: 0, margin: 0 })).toThrow(RangeError);
  });

  it("keeps every mark inside the plot and in the order of its value", () => {
    const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(finite, finite, finite, fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (a, b, c, margin) => {
        const [low, difference, high] = [a, b, c].sort((x, y) => x - y) as [number, number, number];
        const { band, interval, point, zero } = forestGeometry({ difference, low, high, margin });
        const marks = [band.from, band.to, interval?.from, interval?.to, point, zero] as number[];
        for (const mark of marks) expect(mark > 0 && mark < 100).toBe(true);
        expect((interval?.from as number) <= (point as number)).toBe(true);
        expect((point as number) <= (interval?.to as number)).toBe(true);
        expect(band.from < zero && zero < band.to).toBe(true);
      }),
      { seed: 20261124, numRuns: 500 },
    );
  });
});

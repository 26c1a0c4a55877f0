import { describe, expect, it } from "vitest";
import {
  binomialPmf,
  bootstrap,
  mean,
  meanInterval,
  pairedDifference,
  pairedProportions,
  proportionInterval,
} from "./index.ts";
import { normalQuantile } from "./normal.ts";
import { createRandom } from "./random.ts";

/** Share of all outcomes k of n, weighted by their chance, whose interval holds p; averaged over p in (0, 1). */
function averageCoverage(
  n: number,
  interval: (k: number) => { low: number; high: number },
): { average: number; least: number } {
  const intervals = Array.from({ length: n + 1 }, (_, k) => interval(k));
  const coverages = Array.from({ length: 199 }, (_, index) => {
    const p = (index + 1) / 200;
    return intervals.reduce((sum, { low, high }, k) => sum + (low <= p && p <= high ? binomialPmf(k, n, p) : 0), 0);
  });
  return { average: mean(coverages), least: Math.min(...coverages) };
}

describe("the interval of a proportion", () => {
  it.each([10, 30, 100])("covers what it says at n = %i: Wilson on average, Clopper–Pearson always", (n) => {
    const wilson = averageCoverage(n, (k) => proportionInterval(k, n, { alpha: 0.05 }));
    expect(wilson.average).toBeGreaterThan(0.935);
    expect(wilson.average).toBeLessThan(0.965);
    const exact = averageCoverage(n, (k) => proportionInterval(k, n, { alpha: 0.05, method: "clopper-pearson" }));
    expect(exact.least).toBeGreaterThanOrEqual(0.95);
  });

  it("stays within 0 and 1 and holds the estimate", () => {
    for (const method of ["wilson", "clopper-pearson", "jeffreys", "agresti-coull"] as const) {
      for (const k of [0, 1, 7, 8]) {
        const { low, estimate, high } = proportionInterval(k, 8, { alpha: 0.1, method });
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(estimate);
        expect(high).toBeGreaterThanOrEqual(estimate);
        expect(high).toBeLessThanOrEqual(1);
      }
    }
  });

  it("refuses impossible counts, naming them", () => {
    expect(() => proportionInterval(4, 3, { alpha: 0.05 })).toThrow("4");
    expect(() => proportionInterval(0, 0, { alpha: 0.05 })).toThrow("0");
    expect(() => proportionInterval(1, 2, { alpha: 1 })).toThrow("alpha");
  });
});

describe("the interval of a mean", () => {
  it("covers the truth at its level, with clusters too", () => {
    const random = createRandom(3);
    const normal = () => normalQuantile(random() || 0.5);
    const rounds = 2000;
    const clusters = Array.from({ length: 60 }, (_, index) => Math.floor(index / 4));
    const covered = { plain: 0, clustered: 0, ignored: 0 };
    for (let round = 0; round < rounds; round++) {
      const plain = meanInterval(Array.from({ length: 12 }, normal), { alpha: 0.05 });
      const shared = Array.from({ length: 15 }, normal);
      const x = clusters.map((cluster) => (shared[cluster] as number) + normal());
      const holdsZero = ({ low, high }: { low: number | null; high: number | null }) =>
        Number((low ?? 1) <= 0 && (high ?? -1) >= 0);
      covered.plain += holdsZero(plain);
      covered.clustered += holdsZero(meanInterval(x, { alpha: 0.05, clusters }));
      covered.ignored += holdsZero(meanInterval(x, { alpha: 0.05 }));
    }
    for (const share of [covered.plain / rounds, covered.clustered / rounds]) {
      expect(share).toBeGreaterThan(0.935);
      expect(share).toBeLessThan(0.965);
    }
    // What the clusters are for.
    expect(covered.ignored / rounds).toBeLessThan(0.85);
  });

  it("has no interval for one value, one cluster, or values that all agree", () => {
    expect(meanInterval([3], { alpha: 0.05 })).toMatchObject({ mean: 3, se: null, low: null, high: null });
    expect(meanInterval([1, 2, 3], { alpha: 0.05, clusters: ["a", "a", "a"] })).toMatchObject({
      se: null,
      clusters: 1,
    });
    expect(meanInterval([0.1, 0.1, 0.1], { alpha: 0.05 }).se).toBeNull();
  });

  it("treats cases without a cluster as sources of their own", () => {
    const x = [1, 4, 2, 8];
    expect(meanInterval(x, { alpha: 0.05, clusters: [null, null, null, null] })).toEqual(
      meanInterval(x, { alpha: 0.05 }),
    );
  });
});

describe("paired comparisons", () => {
  it("are mirrored when the arms change places", () => {
    const [a, b] = [
      [1, 3, 2, 5],
      [2, 2, 4, 9],
    ];
    const [forth, back] = [pairedDifference(a, b, { alpha: 0.1 }), pairedDifference(b, a, { alpha: 0.1 })];
    expect(forth.low).toBeCloseTo(-(back.high as number), 14);
    expect(forth.p).toBeCloseTo(back.p as number, 14);
    for (const method of ["tango", "newcombe"] as const) {
      const one = pairedProportions({ both: 20, onlyA: 3, onlyB: 9, neither: 4 }, { alpha: 0.1, method });
      const other = pairedProportions({ both: 20, onlyA: 9, onlyB: 3, neither: 4 }, { alpha: 0.1, method });
      expect(one.low).toBeCloseTo(-other.high, 12);
    }
  });

  it("leave room for change where no pair differs: ±z²/(n + z²)", () => {
    const { low, high } = pairedProportions({ both: 50, onlyA: 0, onlyB: 0, neither: 0 }, { alpha: 0.1 });
    const z = normalQuantile(0.95);
    expect(high).toBeCloseTo((z * z) / (50 + z * z), 12);
    expect(low).toBeCloseTo(-high, 12);
  });

  // Newcombe 1998 (Statistics in Medicine 17, 2635), table II: method 10 on 36, 12, 2, 0.
  it("agree with Newcombe's published example", () => {
    const { difference, low, high } = pairedProportions(
      { both: 36, onlyA: 2, onlyB: 12, neither: 0 },
      { alpha: 0.05, method: "newcombe" },
    );
    expect(difference).toBeCloseTo(0.2, 12);
    expect(low).toBeCloseTo(0.0569, 4);
    expect(high).toBeCloseTo(0.3404, 4);
  });
});

describe("the bootstrap", () => {
  const x = [1, 1, 2, 3, 5, 8, 13, 21];

  it("gives the same interval for the same seed and another for another", () => {
    const interval = (seed: number) => bootstrap(x, mean, { alpha: 0.1, seed, resamples: 500 });
    expect(interval(1)).toEqual(interval(1));
    expect(interval(2)).not.toEqual(interval(1));
  });

  it("resamples clusters whole, so that copies of a case add nothing", () => {
    const doubled = [...x, ...x];
    const clusters = [...x.keys(), ...x.keys()];
    const options = { alpha: 0.1, resamples: 500 };
    expect(bootstrap(doubled, mean, { ...options, clusters }).low).toBeCloseTo(
      bootstrap(x, mean, options).low as number,
      12,
    );
  });

  it("says nothing about values that all agree", () => {
    expect(bootstrap([2, 2, 2], mean, { alpha: 0.1 })).toEqual({ estimate: 2, low: null, high: null });
  });
});

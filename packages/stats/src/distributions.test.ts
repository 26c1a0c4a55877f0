import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  betaCdf,
  betaQuantile,
  binomialCdf,
  binomialPmf,
  chiSquareCdf,
  logGamma,
  normalCdf,
  normalQuantile,
  tCdf,
  tQuantile,
} from "./index.ts";

const probability = fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true });
const shape = fc.double({ min: 0.3, max: 5000, noNaN: true });
const options = { seed: 1, numRuns: 300 };

describe("distributions", () => {
  it("give back the probability that a quantile was asked for, to 1e-12", () => {
    fc.assert(
      fc.property(probability, shape, shape, (p, a, b) => {
        expect(Math.abs(normalCdf(normalQuantile(p)) - p)).toBeLessThan(1e-12);
        expect(Math.abs(tCdf(tQuantile(p, a), a) - p)).toBeLessThan(1e-12);
        const x = betaQuantile(p, a, b);
        // Where x is next to 1, doubles themselves lie too far apart to hit p.
        if (x < 0.999) expect(Math.abs(betaCdf(x, a, b) - p)).toBeLessThan(1e-12);
      }),
      options,
    );
  });

  it("rise from 0 to 1", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -50, max: 50, noNaN: true }),
        fc.double({ min: 0, max: 5, noNaN: true }),
        shape,
        (x, step, df) => {
          for (const cdf of [normalCdf, (at: number) => tCdf(at, df), (at: number) => chiSquareCdf(at, df)]) {
            expect(cdf(x)).toBeGreaterThanOrEqual(0);
            expect(cdf(x + step)).toBeLessThanOrEqual(1);
            expect(cdf(x + step)).toBeGreaterThanOrEqual(cdf(x) - 1e-15);
          }
        },
      ),
      options,
    );
  });

  it("sum binomial chances to the cumulative one", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, p) => {
        let sum = 0;
        for (let k = 0; k <= n; k++) {
          sum += binomialPmf(k, n, p);
          expect(binomialCdf(k, n, p)).toBeCloseTo(sum, 12);
        }
        expect(sum).toBeCloseTo(1, 12);
      }),
      options,
    );
  });

  it("obey Γ(x + 1) = x Γ(x)", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e5, noNaN: true }), (x) => {
        const scale = Math.max(1, Math.abs(logGamma(x + 1)));
        expect(Math.abs(logGamma(x + 1) - logGamma(x) - Math.log(x)) / scale).toBeLessThan(1e-13);
      }),
      options,
    );
  });

  it("refuse what is outside their domain, naming it", () => {
    expect(() => normalCdf(Number.NaN)).toThrow(RangeError);
    expect(() => normalQuantile(1)).toThrow("not 1");
    expect(() => tQuantile(0.5, 0)).toThrow("not 0");
    expect(() => betaCdf(0.5, -1, 2)).toThrow("-1");
    expect(() => binomialPmf(4, 3, 0.5)).toThrow("[0, 3]");
    expect(() => logGamma(0)).toThrow("not 0");
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucketCount, bucketOf, isCandidate, murmur3 } from "./assignment.ts";

describe("assignment", () => {
  // Published verification values of MurmurHash3 x86 32.
  it.each([
    ["", 0, 0],
    ["", 1, 0x514e28b7],
    ["", 0xffffffff, 0x81f16f39],
    ["test", 0, 0xba6bd213],
    ["Hello, world!", 0, 0xc0363e43],
    ["The quick brown fox jumps over the lazy dog", 0, 0x2e4ff723],
    ["aaaa", 0x9747b28c, 0x5a97808a],
    ["aaa", 0x9747b28c, 0x283e0130],
    ["aa", 0x9747b28c, 0x5d211726],
    ["a", 0x9747b28c, 0x7fa09ea6],
    ["ππππππππ", 0x9747b28c, 0xd58063c1],
  ])("hashes %j with seed %i as published", (text, seed, expected) => {
    expect(murmur3(text, seed)).toBe(expected);
  });

  it("only ever moves units from control to candidate as the weight grows", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(bucketCount), fc.nat(bucketCount), (unit, a, b) => {
        const [small, large] = a < b ? [a, b] : [b, a];
        return !isCandidate("RO-1", unit, small) || isCandidate("RO-1", unit, large);
      }),
      { seed: 1 },
    );
  });

  it("gives nobody the candidate at weight 0 and everybody at full weight", () => {
    fc.assert(
      fc.property(fc.string(), (unit) => !isCandidate("RO-1", unit, 0) && isCandidate("RO-1", unit, bucketCount)),
      { seed: 1 },
    );
  });

  it("spreads units evenly, and independently of another rollout's salt", () => {
    const units = Array.from({ length: 20_000 }, (_, index) => `user-${index}`);
    const first = units.filter((unit) => bucketOf("RO-1", unit) < 30_000);
    const both = first.filter((unit) => bucketOf("RO-2", unit) < 30_000);
    expect(first.length / units.length).toBeCloseTo(0.3, 1);
    expect(both.length / first.length).toBeCloseTo(0.3, 1);
  });
});

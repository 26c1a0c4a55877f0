import { describe, expect, it } from "vitest";
import { failureShareProcess } from "./index.ts";
import { createRandom } from "./random.ts";

const ramp = [0.01, 0.05, 0.1, 0.25, 0.5];

/** A rollout of sticky, unequally active units; each unit's first failure is observed. Says whether it would abort. */
function simulateRollout(
  random: () => number,
  rates: { control: number; candidate: number },
  unitsPerStage = 500,
): boolean {
  const process = failureShareProcess();
  for (const share of ramp) {
    for (let unit = 0; unit < unitsPerStage; unit++) {
      const isCandidate = random() < share;
      const requests = 1 + Math.floor(-3 * Math.log(1 - random()));
      const rate = isCandidate ? rates.candidate : rates.control;
      // Activity and proneness to fail go together, as in life.
      if (random() < 1 - (1 - rate) ** requests) process.observe(isCandidate, share);
      if (process.evidence >= 20) return true;
    }
  }
  return false;
}

describe("the failure share process", () => {
  it("aborts at most 5 % of rollouts without any effect, looking after every failure of a ramp", () => {
    const random = createRandom(5);
    const rounds = 400;
    let aborts = 0;
    for (let round = 0; round < rounds; round++)
      if (simulateRollout(random, { control: 0.02, candidate: 0.02 })) aborts++;
    expect(aborts / rounds).toBeLessThanOrEqual(0.05);
    expect(aborts).toBeGreaterThan(0);
  });

  it("catches a candidate that fails five times as often", () => {
    const random = createRandom(6);
    let aborts = 0;
    for (let round = 0; round < 50; round++) if (simulateRollout(random, { control: 0.02, candidate: 0.1 })) aborts++;
    expect(aborts).toBe(50);
  });

  it("multiplies the factors of its definition", () => {
    const process = failureShareProcess({ rateRatios: [2, 5] });
    process.observe(true, 0.1);
    process.observe(false, 0.25);
    const product = (ratio: number) => (ratio / (0.9 + 0.1 * ratio)) * (1 / (0.75 + 0.25 * ratio));
    expect(process.evidence).toBeCloseTo((product(2) + product(5)) / 2, 12);
  });

  it("tolerates a margin: evidence of a 10 % rise is weaker when 10 % is allowed", () => {
    const [strict, tolerant] = [failureShareProcess(), failureShareProcess({ margin: 0.1 })];
    for (const process of [strict, tolerant]) for (let i = 0; i < 20; i++) process.observe(true, 0.3);
    expect(tolerant.evidence).toBeLessThan(strict.evidence);
    expect(tolerant.evidence).toBeGreaterThan(20);
  });

  it("continues after a restart with the same evidence", () => {
    const process = failureShareProcess({ margin: 0.05 });
    for (let i = 0; i < 7; i++) process.observe(i % 3 === 0, 0.2);
    const restarted = failureShareProcess.fromJSON(JSON.parse(JSON.stringify(process)));
    for (const each of [process, restarted]) each.observe(true, 0.4);
    expect(restarted.evidence).toBe(process.evidence);
    expect(restarted.failures).toBe(8);
  });

  it("neither overflows nor loses its evidence in a flood of failures", () => {
    const process = failureShareProcess();
    for (let i = 0; i < 5000; i++) process.observe(true, 0.01);
    expect(process.evidence).toBe(Number.MAX_VALUE);
    for (let i = 0; i < 50; i++) process.observe(false, 0.01);
    expect(Number.isFinite(process.logEvidence)).toBe(true);
    expect(JSON.parse(JSON.stringify(process)).logProducts.every(Number.isFinite)).toBe(true);
  });

  it("learns nothing from an arm that nobody was meant to see", () => {
    const process = failureShareProcess();
    process.observe(true, 0);
    process.observe(false, 1);
    expect(process.evidence).toBeCloseTo(1, 14);
    expect(() => process.observe(true, 1.2)).toThrow("1.2");
  });
});

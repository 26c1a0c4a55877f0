import { describe, expect, it } from "vitest";
import { decideGate, type GateArm, type GateCase, type GateInput } from "./index.ts";
import { judgeLockedCases } from "./locked-cases.ts";
import { createRandom } from "./random.ts";

/** A case's chance of being right, shared by both arms; half of the cases are hard. */
const chanceOf = (random: () => number) => (random() < 0.5 ? 0.95 : 0.5);

interface Study {
  n: number;
  trials: number;
  clusterSize: number;
}

/** The baseline against itself: whatever the gate finds is chance. `more` adds to the arms of an earlier look. */
function runAgainstItself(random: () => number, { n, trials, clusterSize }: Study, before?: GateInput): GateInput {
  const from = before?.cases.length ?? 0;
  let chance = 0;
  const arms: [GateArm, GateArm] = [
    { plannedTrials: trials, trials: [] },
    { plannedTrials: trials, trials: [] },
  ];
  const cases: GateCase[] = [];
  const results = arms.map((arm) => [...arm.trials]);
  for (let index = from; index < from + n; index++) {
    if (index % clusterSize === 0) chance = chanceOf(random);
    const id = `case-${index}`;
    cases.push({ id, metadata: {}, cluster: clusterSize > 1 ? String(Math.floor(index / clusterSize)) : null });
    for (const arm of results) {
      for (let trial = 1; trial <= trials; trial++) {
        arm.push({ caseId: id, trial, outcome: "ok", scores: { accuracy: Number(random() < chance) } });
      }
    }
  }
  return {
    cases: [...(before?.cases ?? []), ...cases],
    metrics: [{ name: "accuracy", direction: "higher", range: [0, 1] }],
    criteria: [{ metric: "accuracy", direction: "higher", margin: 0.05, role: "primary" }],
    baseline: { plannedTrials: trials, trials: [...(before?.baseline.trials ?? []), ...(results[0] ?? [])] },
    candidate: { plannedTrials: trials, trials: [...(before?.candidate.trials ?? []), ...(results[1] ?? [])] },
  };
}

describe("a gate of the baseline against itself", () => {
  it.each([
    ["one trial a case (Tango)", { n: 60, trials: 1, clusterSize: 1 }, 800],
    ["three trials a case (t)", { n: 60, trials: 3, clusterSize: 1 }, 500],
    ["cases that share sources (clustered t)", { n: 80, trials: 1, clusterSize: 4 }, 400],
  ] as const)("says regress in at most 5 %%: %s", (_, study, rounds) => {
    const random = createRandom(17);
    let regressed = 0;
    for (let round = 0; round < rounds; round++) {
      if (decideGate(runAgainstItself(random, study)).verdict === "regress") regressed++;
    }
    expect(regressed / rounds).toBeLessThanOrEqual(0.05);
    expect(regressed).toBeGreaterThan(0);
  });

  it("stays below 5 % over three looks at a growing dataset, where uncorrected looks do not", () => {
    const random = createRandom(23);
    const rounds = 400;
    let planned = 0;
    let uncorrected = 0;
    for (let round = 0; round < rounds; round++) {
      let input: GateInput | undefined;
      const seen = { planned: false, uncorrected: false };
      for (let look = 1; look <= 3; look++) {
        input = runAgainstItself(random, { n: 60, trials: 1, clusterSize: 1 }, input);
        seen.planned ||= decideGate({ ...input, look, plannedLooks: 3 }).verdict === "regress";
        const [first] = decideGate(input).criteria;
        seen.uncorrected ||= first?.p != null && first.p <= 0.05;
      }
      planned += Number(seen.planned);
      uncorrected += Number(seen.uncorrected);
    }
    expect(planned / rounds).toBeLessThanOrEqual(0.05);
    expect(uncorrected / rounds).toBeGreaterThan(0.06);
  });

  it("finds a loss of 20 points nearly always", () => {
    const random = createRandom(29);
    let found = 0;
    for (let round = 0; round < 100; round++) {
      const input = runAgainstItself(random, { n: 100, trials: 1, clusterSize: 1 });
      const worse = input.candidate.trials.map((trial) =>
        random() < 0.25 ? { ...trial, scores: { accuracy: 0 } } : trial,
      );
      if (decideGate({ ...input, candidate: { plannedTrials: 1, trials: worse } }).verdict === "regress") found++;
    }
    expect(found).toBeGreaterThan(85);
  });
});

describe("200 locked cases that truly pass 98 % of the time", () => {
  it('block a harmless change in at most 5 %, where "each must pass once" would in 98 %', () => {
    const random = createRandom(31);
    const passes = (trials: number) => Array.from({ length: trials }, () => random() < 0.98).filter(Boolean).length;
    const rounds = 200;
    let blocked = 0;
    let naive = 0;
    for (let round = 0; round < rounds; round++) {
      const cases = Array.from({ length: 200 }, (_, index) => {
        const record = { passes: passes(5), trials: 5 };
        const firstPasses = passes(1);
        const now = firstPasses === 1 ? { passes: 1, trials: 1 } : { passes: passes(4), trials: 5 };
        return { caseId: String(index), record, now };
      });
      naive += Number(cases.some(({ now }) => now.trials === 5));
      blocked += Number(
        judgeLockedCases(cases, { alpha: 0.05, deterministic: false }).some(({ state }) => state === "blocks"),
      );
    }
    expect(blocked / rounds).toBeLessThanOrEqual(0.05);
    expect(naive / rounds).toBeGreaterThan(0.95);
  });
});

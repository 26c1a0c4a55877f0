import { describe, expect, it } from "vitest";
import {
  decideGate,
  type GateArm,
  type GateCase,
  type GateCriterion,
  type GateInput,
  type GateMetric,
} from "./index.ts";

const accuracy: GateMetric = { name: "accuracy", direction: "higher", range: [0, 1] };
const latency: GateMetric = { name: "latency", direction: "lower", range: null };
const onAccuracy: GateCriterion = { metric: "accuracy", direction: "higher", margin: 0.05, role: "primary" };
const onLatency: GateCriterion = { metric: "latency", direction: "lower", margin: "10%", role: "guardrail" };

const makeCases = (n: number, of: (index: number) => Partial<GateCase> = () => ({})): GateCase[] =>
  Array.from({ length: n }, (_, index) => ({ id: `case-${index}`, metadata: {}, ...of(index) }));
/** One trial a case, from scores by index. */
const arm = (n: number, scores: (index: number) => Record<string, number | null>): GateArm => ({
  plannedTrials: 1,
  trials: Array.from({ length: n }, (_, index) => ({
    caseId: `case-${index}`,
    trial: 1,
    outcome: "ok" as const,
    scores: scores(index),
  })),
});
const withOutcome = ({ plannedTrials, trials }: GateArm, outcome: "error" | "void", until: number): GateArm => ({
  plannedTrials,
  trials: trials.map((trial, index) => (index < until ? { ...trial, outcome, scores: {} } : trial)),
});
const right = (isRight: (index: number) => boolean) => (index: number) => ({ accuracy: Number(isRight(index)) });
const decide = (n: number, arms: { baseline: GateArm; candidate: GateArm }, more: Partial<GateInput> = {}) =>
  decideGate({ cases: makeCases(n), metrics: [accuracy, latency], criteria: [onAccuracy], ...arms, ...more });
const firstOf = ({ criteria }: ReturnType<typeof decide>) => criteria[0] as (typeof criteria)[number];

describe("a gate", () => {
  const nineOfTen = arm(
    100,
    right((index) => index % 10 !== 0),
  );

  it("passes what is shown to be no worse than the margin", () => {
    const decision = decide(100, { baseline: nineOfTen, candidate: nineOfTen });
    expect(decision.verdict).toBe("pass");
    expect(firstOf(decision)).toMatchObject({ method: "tango", difference: 0, unchanged: 100, clusters: null });
    expect(firstOf(decision).level).toBeCloseTo(0.9, 12);
  });

  it("regresses on what is worse than 0 and may be worse than the margin", () => {
    const candidate = arm(
      100,
      right((index) => index % 10 !== 0 && index % 7 !== 0),
    );
    const decision = decide(100, { baseline: nineOfTen, candidate });
    expect(decision.verdict).toBe("regress");
    expect(firstOf(decision)).toMatchObject({ reason: "worse", regressed: 13, improved: 0 });
    expect(firstOf(decision).high).toBeLessThan(0);
  });

  it("cannot tell with few cases, and says how many more would decide", () => {
    const [baseline, candidate] = [
      arm(
        20,
        right((index) => index > 1),
      ),
      arm(
        20,
        right((index) => index !== 5),
      ),
    ];
    const result = firstOf(decide(20, { baseline, candidate }));
    expect(result).toMatchObject({ verdict: "inconclusive", reason: "too-wide", fewCases: true, n: 20 });
    expect(result.furtherCases).toBeGreaterThan(100);
  });

  it("finds the promised number of further cases enough, when nothing changed", () => {
    const same = arm(
      40,
      right(() => true),
    );
    const { furtherCases } = firstOf(decide(40, { baseline: same, candidate: same }));
    const n = 40 + (furtherCases as number);
    const more = arm(
      n,
      right(() => true),
    );
    expect(decide(n, { baseline: more, candidate: more }).verdict).toBe("pass");
  });

  it("turns metrics that are better when lower, and takes margins relative to the baseline", () => {
    const times = (factor: number) => arm(60, (index) => ({ latency: factor * (100 + ((index * 37) % 50)) }));
    const criteria = [onLatency];
    const slower = firstOf(decide(60, { baseline: times(1), candidate: times(1.3) }, { criteria }));
    expect(slower).toMatchObject({ verdict: "regress", reason: "worse", regressed: 60 });
    expect(slower.difference).toBeLessThan(0);
    expect(slower.marginAbsolute).toBeCloseTo(0.1 * (slower.baselineMean as number), 12);
    expect(firstOf(decide(60, { baseline: times(1), candidate: times(0.8) }, { criteria }))).toMatchObject({
      verdict: "pass",
      improved: 60,
    });
  });

  it("counts an error as the worst value of a bounded metric, and leaves it out of an unbounded one", () => {
    const both = arm(100, () => ({ accuracy: 1, latency: 5 }));
    const criteria = [onAccuracy, onLatency];
    const decision = decide(100, { baseline: both, candidate: withOutcome(both, "error", 20) }, { criteria });
    const [onBounded, onUnbounded, onErrors] = decision.criteria;
    expect(onBounded).toMatchObject({ verdict: "regress", candidateMean: 0.8, n: 100 });
    expect(onUnbounded).toMatchObject({ n: 80 });
    expect(onErrors).toMatchObject({ verdict: "regress", candidateMean: 0.2, criterion: { metric: "error-rate" } });
    expect(decision.warnings).toEqual([{ kind: "unscored", metric: "latency", caseIds: expect.any(Array) }]);
  });

  it("leaves void cases out, and gives no verdict when more than 5 % are", () => {
    const few = decide(100, { baseline: nineOfTen, candidate: withOutcome(nineOfTen, "void", 5) });
    expect(few).toMatchObject({ verdict: "pass", voidShare: 0.05 });
    expect(firstOf(few).n).toBe(95);
    const many = decide(100, { baseline: nineOfTen, candidate: withOutcome(nineOfTen, "void", 6) });
    expect(many.verdict).toBe("infrastructure");
  });

  it("compares only cases that both arms ran, and lists the others", () => {
    const candidate = { ...nineOfTen, trials: nineOfTen.trials.slice(10) };
    const decision = decide(100, { baseline: nineOfTen, candidate });
    expect(decision.onlyBaseline).toHaveLength(10);
    expect(firstOf(decision).n).toBe(90);
  });

  it("averages a case's trials first, and ignores trials beyond those planned", () => {
    const twice = (scores: [number, number, number]): GateArm => ({
      plannedTrials: 2,
      trials: makeCases(40).flatMap(({ id }) =>
        scores.map((score, index) => ({
          caseId: id,
          trial: index + 1,
          outcome: "ok" as const,
          scores: { accuracy: score },
        })),
      ),
    });
    const result = firstOf(decide(40, { baseline: twice([1, 0, 0]), candidate: twice([0, 1, 0]) }));
    expect(result).toMatchObject({ n: 40, baselineMean: 0.5, candidateMean: 0.5, method: "paired-t" });
  });

  it("takes cases of one source as one unit of evidence", () => {
    const cases = makeCases(100, (index) => ({ cluster: `thread-${Math.floor(index / 10)}` }));
    // All of the loss lies in two of ten threads.
    const candidate = arm(
      100,
      right((index) => index % 10 !== 0 && index >= 20),
    );
    const clustered = firstOf(decide(100, { baseline: nineOfTen, candidate }, { cases }));
    const alone = firstOf(decide(100, { baseline: nineOfTen, candidate }));
    expect(clustered).toMatchObject({ method: "clustered-t", clusters: 10, verdict: "inconclusive" });
    expect(alone).toMatchObject({ method: "tango", verdict: "regress" });
  });

  it("claims no certainty when all cases agree", () => {
    const grades = arm(30, () => ({ accuracy: 0.7 }));
    const result = firstOf(decide(30, { baseline: grades, candidate: grades }));
    // Of 30 alike cases, up to 1 − 0.05^(1/30) = 9.5 % of all may be unlike them.
    expect(result.low).toBeCloseTo(-(1 - 0.05 ** (1 / 30)), 12);
    expect(result.verdict).toBe("inconclusive");
  });

  it("judges a segment by its own cases", () => {
    const cases = makeCases(100, (index) => ({ metadata: { kind: index < 50 ? "pull" : "issue" } }));
    const candidate = arm(
      100,
      right((index) => index % 10 !== 0 && !(index < 50 && index % 3 === 0)),
    );
    const criteria = ["pull", "issue", "discussion"].map((kind) => ({ ...onAccuracy, segment: { kind }, margin: 0.1 }));
    const results = decide(100, { baseline: nineOfTen, candidate }, { cases, criteria }).criteria;
    expect(results.map(({ verdict, n }) => [verdict, n]).slice(0, 3)).toEqual([
      ["regress", 50],
      ["pass", 50],
      ["inconclusive", 0],
    ]);
    expect(results[2]?.reason).toBe("no-cases");
  });

  it("demands the minimum of the candidate's own lower bound", () => {
    const check = (minimum: number) =>
      firstOf(decide(100, { baseline: nineOfTen, candidate: nineOfTen }, { criteria: [{ ...onAccuracy, minimum }] }));
    expect(check(0.8).verdict).toBe("pass");
    expect(check(0.88)).toMatchObject({ verdict: "inconclusive", reason: "minimum-undecided" });
    expect(check(0.97)).toMatchObject({ verdict: "regress", reason: "below-minimum" });
    // R: prop.test(90, 100, conf.level = 0.9, correct = FALSE)$conf.int[1]
    expect(check(0.8).minimumBound).toBeCloseTo(0.83964449, 8);
  });

  it("adjusts claims of being worse for how many criteria there are", () => {
    const candidate = arm(
      100,
      right((index) => index % 10 !== 0 && ![1, 2, 3].includes(index)),
    );
    const alone = firstOf(decide(100, { baseline: nineOfTen, candidate }));
    const metrics = [accuracy, { ...accuracy, name: "other" }];
    const criteria = metrics.map(({ name }) => ({ ...onAccuracy, metric: name }));
    const withOther = ({ plannedTrials, trials }: GateArm): GateArm => ({
      plannedTrials,
      trials: trials.map((trial) => ({ ...trial, scores: { ...trial.scores, other: trial.scores.accuracy ?? null } })),
    });
    const arms = { baseline: withOther(nineOfTen), candidate: withOther(candidate) };
    const among = firstOf(decide(100, arms, { metrics, criteria }));
    expect(among.p).toBe(alone.p);
    expect(among.pAdjusted).toBeGreaterThan(alone.pAdjusted as number);
  });

  it("lets the worst word win: regress, infrastructure, inconclusive, pass", () => {
    const worse = arm(
      100,
      right((index) => index % 2 === 0),
    );
    expect(decide(100, { baseline: nineOfTen, candidate: withOutcome(worse, "void", 10) }).verdict).toBe("regress");
    const unsure = arm(
      20,
      right(() => true),
    );
    expect(decide(20, { baseline: unsure, candidate: withOutcome(unsure, "void", 5) }).verdict).toBe("infrastructure");
  });

  it("decides nothing at a look that was not planned", () => {
    const decision = decide(100, { baseline: nineOfTen, candidate: nineOfTen }, { look: 2 });
    expect(decision).toMatchObject({ verdict: "inconclusive", alphaNow: 0, alphaSpent: 0.05 });
    expect(firstOf(decision).reason).toBe("looks-spent");
  });

  it("warns when the whole leans another way than each of its segments", () => {
    const cases = makeCases(90, (index) => ({ metadata: { kind: ["pull", "issue", "other"][index % 3] as string } }));
    const baseline = arm(
      90,
      right((index) => index % 3 === 2 || index % 5 !== 0),
    );
    const candidate = arm(
      90,
      right((index) => index % 3 !== 2),
    );
    const criteria = [onAccuracy, ...["pull", "issue"].map((kind) => ({ ...onAccuracy, segment: { kind } }))];
    expect(decide(90, { baseline, candidate }, { cases, criteria }).warnings).toEqual([
      { kind: "simpson", metric: "accuracy" },
    ]);
  });

  it("refuses what it cannot judge, naming it", () => {
    const arms = { baseline: nineOfTen, candidate: nineOfTen };
    expect(() => decide(100, arms, { criteria: [{ ...onAccuracy, metric: "tone" }] })).toThrow("tone");
    expect(() => decide(100, arms, { criteria: [{ ...onAccuracy, margin: 0 }] })).toThrow("not 0");
    expect(() => decide(50, arms)).toThrow("case-50");
    expect(() => decide(100, { ...arms, candidate: arm(100, () => ({ accuracy: 2 })) })).toThrow("not 2");
  });
});

describe("locked cases", () => {
  const same = arm(
    80,
    right(() => true),
  );
  const decideLocked = (now: { passes: number; trials: number }, more: Partial<GateInput> = {}) =>
    decide(
      80,
      { baseline: same, candidate: same },
      { locked: [{ caseId: "case-1", record: { passes: 20, trials: 20 }, now }], ...more },
    );

  it("hold while they pass, and block when they fail more than their record", () => {
    expect(decideLocked({ passes: 1, trials: 1 })).toMatchObject({
      verdict: "pass",
      locked: [{ state: "holds", p: null }],
    });
    const failing = decideLocked({ passes: 2, trials: 5 });
    expect(failing).toMatchObject({ verdict: "regress", locked: [{ state: "blocks" }] });
    // R: fisher.test(matrix(c(2, 3, 20, 0), 2, byrow = TRUE), alternative = "less")$p.value
    expect(failing.locked[0]?.p).toBeCloseTo(0.004347826, 8);
  });

  it("are flaky in between, and need five trials before anything is said", () => {
    expect(decideLocked({ passes: 4, trials: 5 })).toMatchObject({ verdict: "pass", locked: [{ state: "flaky" }] });
    expect(decideLocked({ passes: 0, trials: 1 })).toMatchObject({
      verdict: "inconclusive",
      locked: [{ state: "needs trials" }],
    });
    expect(decideLocked({ passes: 0, trials: 0 }).locked[0]?.state).toBe("needs trials");
  });

  it("block a deterministic target on one failure", () => {
    expect(decideLocked({ passes: 0, trials: 1 }, { deterministic: true }).verdict).toBe("regress");
  });
});

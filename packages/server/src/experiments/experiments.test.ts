import { Comparison, Experiment, ExperimentDetail, Gate, GateList, Problem } from "@ratchet/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestServer } from "../../testing/index.ts";

interface Trial {
  caseId: string;
  trial?: number;
  outcome?: string;
  scores?: Record<string, number | null>;
  reasons?: Record<string, string>;
}

const caseIds = Array.from({ length: 80 }, (_, index) => `case-${index}`);
const correct = (isRight: (index: number) => boolean): Trial[] =>
  caseIds.map((caseId, index) => ({ caseId, scores: { correct: Number(isRight(index)) } }));

describe("experiments and gates", () => {
  let server: Awaited<ReturnType<typeof openTestServer>>;
  let dataset: string;
  let count = 0;
  beforeAll(async () => {
    server = await openTestServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(async () => {
    dataset = `triage-${++count}`;
    await send("POST", "/datasets", { name: dataset });
    const upsert = caseIds.map((id, index) => ({
      id,
      input: { index },
      metadata: { kind: index % 4 ? "issue" : "pull" },
    }));
    await send("POST", `/datasets/${dataset}/versions`, { message: "first", upsert });
  });

  const send = (method: string, path: string, body?: unknown) =>
    fetch(`${server.url}/api${path}`, {
      method,
      headers: { "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const start = async (options: object = {}) =>
    Experiment.parse(
      await (
        await send("POST", "/experiments", {
          name: "triage",
          dataset,
          datasetVersion: 1,
          target: { label: "test" },
          metrics: [{ name: "correct" }],
          ...options,
        })
      ).json(),
    );
  const add = (id: string, trials: Trial[]) =>
    send("POST", `/experiments/${id}/results`, {
      results: trials.map((trial) => ({ trial: 1, outcome: "ok", durationMs: 5, ...trial })),
    });
  const run = async (trials: Trial[], options: object = {}) => {
    const { id } = await start(options);
    expect((await add(id, trials)).status).toBe(200);
    return Experiment.parse(await (await send("POST", `/experiments/${id}/finish`)).json());
  };
  const askGate = (candidate: string, baseline: string, options: object = {}) =>
    send("POST", "/gates", { candidate, baseline, criteria: [{ metric: "correct" }], ...options });
  const gate = async (candidate: string, baseline: string, options: object = {}) =>
    Gate.parse(await (await askGate(candidate, baseline, options)).json());

  describe("an experiment", () => {
    it("sums up its cases with an interval when it is finished", async () => {
      const experiment = await run(correct((index) => index % 4 !== 0));
      expect(experiment).toMatchObject({ state: "finished", caseCount: 80, voidCount: 0, errorCount: 0 });
      const { mean, low, high, n } = experiment.summary.correct as NonNullable<Experiment["summary"][string]>;
      expect([mean, n]).toEqual([0.75, 80]);
      // R: t.test(rep(c(0, 1, 1, 1), 20))
      expect(low).toBeCloseTo(0.6530297738, 9);
      expect(high).toBeCloseTo(0.8469702262, 9);
    });

    it("takes a batch twice without counting it twice", async () => {
      const { id } = await start();
      await add(id, [{ caseId: "case-1", scores: { correct: 1 } }]);
      const again = await add(id, [
        { caseId: "case-1", scores: { correct: 0 } },
        { caseId: "case-2", scores: { correct: 0 } },
      ]);
      expect(await again.json()).toEqual({ stored: 1, alreadyThere: 1 });
      const detail = ExperimentDetail.parse(await (await send("GET", `/experiments/${id}`)).json());
      expect(detail.results.map(({ caseId, scores }) => [caseId, scores.correct])).toEqual([
        ["case-1", 1],
        ["case-2", 0],
      ]);
      expect(detail.inputs["case-1"]).toBe("1");
    });

    it("counts errors as the worst value, and leaves void cases out", async () => {
      const experiment = await run([
        { caseId: "case-0", scores: { correct: 1 } },
        { caseId: "case-1", outcome: "error" },
        { caseId: "case-2", outcome: "void" },
      ]);
      expect(experiment).toMatchObject({ caseCount: 3, voidCount: 1, errorCount: 1 });
      expect(experiment.summary.correct).toMatchObject({ mean: 0.5, n: 2 });
    });

    it("refuses results that cannot be right, and says which", async () => {
      const { id } = await start();
      const response = await add(id, [
        { caseId: "case-1", scores: { correct: 1 } },
        { caseId: "nowhere", scores: { correct: 1.5, other: 1 } },
      ]);
      expect(response.status).toBe(400);
      expect(Problem.parse(await response.json()).errors?.map(({ path }) => path)).toEqual([
        "results.1.caseId",
        "results.1.scores.correct",
        "results.1.scores.other",
      ]);
    });

    it("needs a dataset version that exists, which then cannot be deleted", async () => {
      expect(
        (
          await send("POST", "/experiments", {
            name: "x",
            dataset,
            datasetVersion: 7,
            target: {},
            metrics: [{ name: "m" }],
          })
        ).status,
      ).toBe(404);
      const { id } = await start();
      const refused = await send("DELETE", `/datasets/${dataset}`);
      expect(refused.status).toBe(409);
      expect(Problem.parse(await refused.json()).detail).toContain(id);
    });
  });

  describe("a comparison", () => {
    const compare = async (baseline: string, candidate: string, query = "") =>
      Comparison.parse(
        await (await send("GET", `/experiments/compare?baseline=${baseline}&candidate=${candidate}${query}`)).json(),
      );

    it("shows regressions first, then improvements, then the rest", async () => {
      const baseline = await run(correct((index) => index !== 3));
      const candidate = await run(correct((index) => index !== 7));
      const { pairs, metric } = await compare(baseline.id, candidate.id);
      expect(metric).toBe("correct");
      expect(pairs).toHaveLength(80);
      expect(pairs.slice(0, 3).map(({ caseId, change }) => [caseId, change])).toEqual([
        ["case-7", "regressed"],
        ["case-3", "improved"],
        ["case-0", "unchanged"],
      ]);
    });

    it("compares only cases that are the same in both dataset versions, and says so", async () => {
      const baseline = await run(correct(() => true));
      await send("POST", `/datasets/${dataset}/versions`, {
        message: "second",
        upsert: [
          { id: "case-1", input: "changed" },
          { id: "new", input: 1 },
        ],
        remove: ["case-2"],
      });
      const results = correct(() => true).filter(({ caseId }) => caseId !== "case-2");
      const candidate = await run(results, { datasetVersion: 2 });
      const { pairs, notes } = await compare(baseline.id, candidate.id);
      expect(pairs).toHaveLength(78);
      expect(notes?.[0]).toContain("only the 78 cases");
      expect((await askGate(candidate.id, baseline.id)).status).toBe(400);
    });

    it("refuses a metric that only one side has", async () => {
      const baseline = await run(correct(() => true));
      const candidate = await run(
        correct(() => true),
        { metrics: [{ name: "correct" }, { name: "tone" }] },
      );
      const response = await send(
        "GET",
        `/experiments/compare?baseline=${baseline.id}&candidate=${candidate.id}&metric=tone`,
      );
      expect(response.status).toBe(400);
      expect(Problem.parse(await response.json()).detail).toContain("Both have: correct");
    });
  });

  describe("a gate", () => {
    it("blocks what is worse, in people's words", async () => {
      const baseline = await run(correct((index) => index % 10 !== 0));
      const candidate = await run(correct((index) => index % 10 !== 0 && index % 4 !== 1));
      const verdict = await gate(candidate.id, baseline.id, { failures: ["F-1"] });
      expect(verdict).toMatchObject({ verdict: "regress", exitCode: 1, look: 1, maxLooks: 1, failures: ["F-1"] });
      expect(verdict.sentence).toMatch(/^Worse: correct fell by 25 points \[−3\d(\.\d)?, −1\d(\.\d)?\]\.$/);
      expect(verdict.criteria[0]).toMatchObject({
        word: "worse",
        method: "tango",
        regressed: 20,
        improved: 0,
        level: 0.9,
        reason: expect.stringMatching(/: worse by more than the 5 points allowed\.$/),
      });
    });

    it("passes what is no worse, and guards errors without being asked", async () => {
      const baseline = await run(correct((index) => index % 10 !== 0));
      const candidate = await run(correct((index) => index % 10 !== 0));
      const verdict = await gate(candidate.id, baseline.id);
      expect(verdict).toMatchObject({ verdict: "pass", exitCode: 0 });
      expect(verdict.criteria.map(({ criterion, word }) => [criterion.metric, word])).toEqual([
        ["correct", "no meaningful difference"],
        ["error-rate", "no meaningful difference"],
      ]);
      const listed = GateList.parse(await (await send("GET", `/gates?candidate=${candidate.id}`)).json());
      expect(listed.gates).toEqual([verdict]);
      expect(Experiment.parse(await (await send("GET", `/experiments/${candidate.id}`)).json()).gates).toEqual([
        verdict.id,
      ]);
    });

    it("calls what is better better", async () => {
      const baseline = await run(correct((index) => index % 2 === 0));
      const candidate = await run(correct((index) => index % 10 !== 0));
      expect((await gate(candidate.id, baseline.id)).sentence).toMatch(/^Better: correct rose by 40 points/);
    });

    it("says how many more cases would decide", async () => {
      const baseline = await run(correct((index) => index % 10 !== 0));
      const candidate = await run(correct((index) => index % 10 !== 1));
      const verdict = await gate(candidate.id, baseline.id);
      expect(verdict).toMatchObject({ verdict: "inconclusive", exitCode: 3 });
      expect(verdict.criteria[0]?.furtherCases).toBeGreaterThan(0);
      expect(verdict.sentence).toMatch(
        /^Not enough evidence: correct did not change .*; about \d+ more cases would decide it\.$/,
      );
    });

    it("gives no verdict when the harness failed", async () => {
      const baseline = await run(correct(() => true));
      const candidate = await run(
        correct(() => true).map((trial, index) => (index < 6 ? { caseId: trial.caseId, outcome: "void" } : trial)),
      );
      const verdict = await gate(candidate.id, baseline.id);
      expect(verdict).toMatchObject({ verdict: "infrastructure", exitCode: 4 });
      expect(verdict.voidCases).toHaveLength(6);
    });

    it("counts a new look when results were added, and the same look when only asked again", async () => {
      const [baseline, candidate] = [
        await run(
          correct(() => true),
          { trials: 2 },
        ),
        await run(
          correct(() => true),
          { trials: 2 },
        ),
      ];
      expect((await gate(candidate.id, baseline.id)).look).toBe(1);
      expect((await gate(candidate.id, baseline.id)).look).toBe(1);
      await add(
        candidate.id,
        correct(() => true).map((trial) => ({ ...trial, trial: 2 })),
      );
      const second = await gate(candidate.id, baseline.id);
      expect(second).toMatchObject({ look: 2, verdict: "inconclusive" });
      expect(second.criteria[0]?.reason).toContain("looks");
    });

    it("spends α over the looks that were planned", async () => {
      const [baseline, candidate] = [await run(correct(() => true)), await run(correct(() => true))];
      const first = await gate(candidate.id, baseline.id, { plannedLooks: 2 });
      expect(first).toMatchObject({ look: 1, maxLooks: 2 });
      // R: 2 * (1 - pnorm(qnorm(0.975) / sqrt(0.5)))
      expect(first.alphaSpent).toBeCloseTo(0.005574597, 8);
    });

    it("refuses experiments that still run, and metrics that nobody measured", async () => {
      const baseline = await run(correct(() => true));
      const running = await start();
      expect((await askGate(running.id, baseline.id)).status).toBe(409);
      const unknown = await askGate(baseline.id, baseline.id, { criteria: [{ metric: "tone" }] });
      expect(Problem.parse(await unknown.json()).detail).toContain("criteria.0.metric");
    });
  });
});

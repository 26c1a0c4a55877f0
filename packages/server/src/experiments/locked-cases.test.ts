import { ExperimentCreate, GateCreate, type TrialResult } from "@ratchet/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestEngines, type TestEngines } from "../../testing/index.ts";
import { createProjects } from "../access/projects.ts";
import { createAccessStore } from "../access/store.ts";
import { createDatasets } from "../datasets/datasets.ts";
import { createDatasetStore } from "../datasets/store.ts";
import type { ProjectScope } from "../router.ts";
import { createExperiments } from "./experiments.ts";
import { createGates } from "./gates.ts";
import { createExperimentStore } from "./store.ts";

const caseIds = Array.from({ length: 60 }, (_, index) => `case-${index}`);
/** Those that came from a failure. */
const captured = ["case-7", "case-8"];

describe("the ratchet", () => {
  let engines: TestEngines;
  let project: ProjectScope;
  let services: ReturnType<typeof openServices>;
  const dataset = "triage";
  const now = () => new Date("2026-11-24T12:00:00Z");
  let count = 0;
  beforeAll(async () => {
    engines = await openTestEngines();
  });
  afterAll(() => engines[Symbol.asyncDispose]());
  beforeEach(async () => {
    services = openServices();
    const slug = `project-${++count}`;
    await services.projects.create({ slug, sample: false });
    project = await services.projects.findScope(slug);
    await services.datasets.findOrCreate(project, dataset, "");
    const upsert = caseIds.map((id) => ({
      id,
      input: id,
      metadata: {},
      ...(captured.includes(id) && { failure: "F-9" }),
    }));
    await services.datasets.change(project, dataset, { message: "first", author: "test", upsert, remove: [] });
  });

  const openServices = () => {
    const store = createExperimentStore(engines.postgres);
    const datasets = createDatasets(createDatasetStore(engines.postgres), () => {}, now, {
      listExperimentIds: async () => [],
    });
    const experiments = createExperiments(store, () => {}, now, datasets);
    const gates = createGates(store, () => {}, now, { datasets, experiments });
    const projects = createProjects(
      createAccessStore(engines.postgres),
      () => {},
      now,
      async () => {},
    );
    return { projects, datasets, experiments, gates };
  };
  /** Runs every case `trials` times; `fails` says which of them go wrong. */
  const run = async (
    trials: number,
    fails: (caseId: string, trial: number) => boolean,
    options: { deterministic?: boolean } = {},
  ) => {
    const request = {
      name: "triage",
      dataset,
      datasetVersion: 1,
      target: {},
      metrics: [{ name: "correct" }],
      ...options,
    };
    const { id } = await services.experiments.create(project, ExperimentCreate.parse(request));
    await services.experiments.addResults(project, id, resultsOf(caseIds, [1, trials], fails));
    await services.experiments.finish(project, id);
    return id;
  };
  const resultsOf = (
    ids: string[],
    [from, to]: [number, number],
    fails: (caseId: string, trial: number) => boolean,
  ): TrialResult[] =>
    ids.flatMap((caseId) =>
      Array.from({ length: to - from + 1 }, (_, index) => ({
        caseId,
        trial: from + index,
        outcome: "ok" as const,
        error: null,
        output: null,
        scores: { correct: Number(!fails(caseId, from + index)) },
        reasons: {},
        durationMs: 1,
        traceId: null,
      })),
    );
  const gate = (candidate: string, baseline: string) =>
    services.gates.create(
      project,
      GateCreate.parse({ candidate, baseline, criteria: [{ metric: "correct", margin: 0.2 }] }),
    );
  const lockedCases = async (version = 1) =>
    (await services.datasets.readCases(project, dataset, version)).flatMap(({ id, locked }) =>
      locked ? [{ id, ...locked }] : [],
    );

  it("locks cases that passed in most of at least five trials, with their record", async () => {
    const id = await run(5, (caseId, trial) => caseId === "case-0" || (caseId === "case-1" && trial === 1));
    await services.experiments.lockPassingCases(project, id);
    const locked = await lockedCases();
    expect(locked.map((each) => each.id)).not.toContain("case-0");
    expect(locked.find((each) => each.id === "case-1")).toMatchObject({ passes: 4, trials: 5 });
    expect(locked).toHaveLength(59);
    expect(await services.datasets.find(project, dataset)).toMatchObject({ lockedCount: 59 });
  });

  it("keeps a lock while what the case asks stays, and drops it for another question", async () => {
    await services.experiments.lockPassingCases(project, await run(5, () => false));
    const change = (changed: object) =>
      services.datasets.change(project, dataset, {
        message: "change",
        author: "test",
        upsert: [{ id: "case-3", input: "case-3", metadata: {}, ...changed }],
        remove: [],
      });
    await change({ metadata: { kind: "pull" } });
    expect((await lockedCases(2)).map(({ id }) => id)).toContain("case-3");
    await change({ input: "something else" });
    expect((await lockedCases(3)).map(({ id }) => id)).not.toContain("case-3");
    expect(await services.datasets.find(project, dataset)).toMatchObject({ lockedCount: 59 });
    await change({});
    expect((await lockedCases(4)).map(({ id }) => id)).toContain("case-3");
    expect(await lockedCases(1)).toHaveLength(60);
  });

  it("never slackens a lock", async () => {
    const record = async () => (await lockedCases()).find(({ id }) => id === "case-3");
    await services.experiments.lockPassingCases(project, await run(5, () => false));
    await services.experiments.lockPassingCases(project, await run(5, (_, trial) => trial === 1));
    expect(await record()).toMatchObject({ passes: 5, trials: 5 });
    await services.experiments.lockPassingCases(project, await run(10, () => false));
    expect(await record()).toMatchObject({ passes: 10, trials: 10 });
  });

  it("locks nothing on fewer trials, but captured failures of a deterministic target", async () => {
    await services.experiments.lockPassingCases(project, await run(4, () => false));
    expect(await lockedCases()).toEqual([]);
    await services.experiments.lockPassingCases(project, await run(1, () => false, { deterministic: true }));
    expect((await lockedCases()).map(({ id }) => id)).toEqual(captured);
  });

  it("blocks on one failure of a deterministic target, however well the rest does", async () => {
    const baseline = await run(1, () => false, { deterministic: true });
    await services.experiments.lockPassingCases(project, baseline);
    const verdict = await gate(await run(1, (caseId) => caseId === "case-7", { deterministic: true }), baseline);
    expect(verdict).toMatchObject({ verdict: "regress", exitCode: 1 });
    expect(verdict.sentence).toBe("Worse: the locked case case-7 fails.");
    expect(verdict.locked.filter(({ state }) => state === "blocks").map(({ caseId }) => caseId)).toEqual(["case-7"]);
  });

  it("asks for five trials of a case that failed once, which are no further look", async () => {
    const baseline = await run(5, () => false);
    await services.experiments.lockPassingCases(project, baseline);
    const candidate = await run(1, (caseId) => caseId === "case-7");
    const first = await gate(candidate, baseline);
    expect(first).toMatchObject({ verdict: "inconclusive", look: 1 });
    expect(first.locked.find(({ caseId }) => caseId === "case-7")).toMatchObject({ state: "needs trials", p: null });
    expect(first.sentence).toContain("1 locked case needs five trials");

    await services.experiments.addResults(
      project,
      candidate,
      resultsOf(["case-7"], [2, 5], () => false),
    );
    const second = await gate(candidate, baseline);
    expect(second).toMatchObject({ verdict: "pass", look: 1 });
    expect(second.locked.find(({ caseId }) => caseId === "case-7")).toMatchObject({
      state: "flaky",
      now: { passes: 4, trials: 5 },
    });
  });

  it("finds what was captured from a failure, and what judges its fix", async () => {
    const upsert = [
      { id: "captured", input: "x", metadata: {}, failure: "F-1", sourceTraceId: "0af7651916cd43dd8448eb211c80319c" },
    ];
    await services.datasets.change(project, dataset, { message: "capture", author: "test", upsert, remove: [] });
    const captured = await services.datasets.findCaptured(project, ["F-1", "F-2"]);
    expect([...captured]).toEqual([
      ["F-1", [{ dataset, version: 2, caseIds: ["captured"], firstAt: "2026-11-24T12:00:00.000Z" }]],
    ]);
    expect(await services.datasets.listCasesOfTrace(project, "0af7651916cd43dd8448eb211c80319c")).toEqual([
      { dataset, caseId: "captured" },
    ]);
    const [baseline, candidate] = [await run(1, () => false), await run(1, () => false)];
    const judged = await services.gates.create(
      project,
      GateCreate.parse({ candidate, baseline, criteria: [{ metric: "correct" }], failures: ["F-1"] }),
    );
    expect((await services.gates.listByFailure(project, ["F-1"])).map(({ id }) => id)).toEqual([judged.id]);
    expect(await services.gates.listByFailure(project, ["F-2"])).toEqual([]);
  });
});

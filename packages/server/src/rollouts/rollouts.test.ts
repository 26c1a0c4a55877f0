import { type Release, RolloutDetail, SdkConfig } from "@ratchet/protocol";
import { isCandidate } from "@ratchet/protocol/assignment";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestEngines, type TestEngines } from "../../testing/index.ts";
import { createAccessStore } from "../access/store.ts";
import { createPrompts } from "../prompts/prompts.ts";
import { createPromptStore } from "../prompts/store.ts";
import { createReleases } from "../releases/releases.ts";
import { createReleaseStore } from "../releases/store.ts";
import type { ProjectScope } from "../router.ts";
import { createRollouts, type ExposedFailure, type Rollouts } from "./rollouts.ts";
import { createRolloutStore } from "./store.ts";

const stages = [
  { percent: 20, minUnitsPerArm: 5, minDurationMs: 0 },
  { percent: 50, minUnitsPerArm: 10, minDurationMs: 0 },
];
const push = (content: string) => ({
  name: "triage",
  path: "prompts/triage.prompt",
  content,
  commit: null,
  message: "",
  author: "",
  fixes: [],
});

describe("a rollout", () => {
  let engines: TestEngines;
  let project: ProjectScope;
  let nextProject = 1;
  const locked: string[] = [];
  beforeAll(async () => {
    engines = await openTestEngines();
  });
  afterAll(() => engines[Symbol.asyncDispose]());

  const now = () => new Date();
  const openServices = () => {
    const { postgres, clickhouse } = engines;
    const prompts = createPrompts(createPromptStore(postgres, clickhouse), () => {}, now, {
      listReleases: async () => [],
      listExperiments: async () => [],
    });
    const releases = createReleases(createReleaseStore(postgres), () => {}, now, {
      findGate: () => Promise.reject(new Error("no gate in this test")),
      findExperiment: () => Promise.reject(new Error("no experiment in this test")),
      findContents: prompts.findContents,
    });
    const rollouts = createRollouts(createRolloutStore(postgres, clickhouse), () => {}, now, {
      findRelease: releases.find,
      findOptionalLive: releases.findOptionalLive,
      findContents: prompts.findContents,
      lockPassingCases: async (_, experiment) => void locked.push(experiment),
    });
    return { prompts, releases, rollouts };
  };
  let services: ReturnType<typeof openServices>;
  let candidate: Release;
  const create = (version: string, forcedBecause?: string) =>
    services.releases.create(project, {
      prompts: { triage: version },
      commit: null,
      note: "",
      fixes: ["F-1"],
      ...(forcedBecause && { forcedBecause }),
    });
  const start = (settings = {}) =>
    services.rollouts.start(
      project,
      {
        release: candidate.id,
        stages,
        alpha: 0.05,
        margin: 0,
        nonInferiorityMargin: 0.3,
        autoPromote: true,
        ...settings,
      },
      "test",
    );

  beforeEach(async () => {
    const slug = `rollout-${nextProject++}`;
    const row = await createAccessStore(engines.postgres).insertProject({
      slug,
      name: slug,
      sample: false,
      at: now().toISOString(),
    });
    project = { id: row?.id as number, slug };
    services = openServices();
    const first = await services.prompts.push(project, push("first"));
    const second = await services.prompts.push(project, push("second"));
    await create(first.version);
    candidate = await create(second.version, "the test has no gate");
  });

  /** Units `from` to `to` are served once each, by the arm that the SDK would choose. */
  const serve = async (rollouts: Rollouts, id: string, from: number, to: number) => {
    const { percent } = await rollouts.find(project, id);
    const traces = Array.from({ length: to - from }, (_, index) => exposed(id, `unit-${from + index}`, percent));
    await rollouts.recordExposures(project, traces);
    return traces;
  };
  const exposed = (id: string, unit: string, percent: number) => ({
    startTime: now().toISOString(),
    exposure: {
      rollout: id,
      arm: isCandidate(id, unit, percent * 1000) ? ("candidate" as const) : ("control" as const),
      unit,
      plannedShare: percent / 100,
    },
  });
  const fail = (trace: ReturnType<typeof exposed>): ExposedFailure => ({
    ...trace,
    traceId: "0af7651916cd43dd8448eb211c80319c",
    detector: "thumbs-down",
    reason: "Thumbs down.",
    simulated: true,
  });

  it("tells SDKs the candidate's share, its versions and their contents", async () => {
    const { id } = await start();
    const config = SdkConfig.parse(await services.rollouts.findSdkConfig(project));
    expect(config.rollout).toMatchObject({ id, salt: id, weight: 20_000 });
    expect(Object.values(config.contents).map((entry) => entry.content)).toEqual(["first", "second"]);
  });

  it("advances when both arms have their units, completes, and makes the candidate live", async () => {
    const { id } = await start();
    await serve(services.rollouts, id, 0, 60);
    expect(await services.rollouts.find(project, id)).toMatchObject({ state: "running", stage: 1, percent: 50 });
    await serve(services.rollouts, id, 60, 120);
    const rollout = RolloutDetail.parse(await services.rollouts.find(project, id));
    expect(rollout.state).toBe("completed");
    expect(rollout.decisions.map((decision) => decision.action)).toEqual(["start", "advance", "complete"]);
    const releases = await services.releases.list(project);
    expect(releases.map((release) => release.state)).toEqual(["live", "previous"]);
    expect((await services.rollouts.findFixes(project, ["F-1"])).get("F-1")).toMatchObject({ state: "completed" });
  });

  it("holds while a stage lacks units, and says what it waits for", async () => {
    const { id } = await start();
    await serve(services.rollouts, id, 0, 3);
    const rollout = await services.rollouts.find(project, id);
    expect(rollout).toMatchObject({ state: "running", stage: 0 });
    expect(rollout.waitingFor.join(" ")).toMatch(/more units in the/);
  });

  it("aborts once, with its evidence, when the candidate's units fail", async () => {
    const { id } = await start({ stages: [{ percent: 50, minUnitsPerArm: 500, minDurationMs: 0 }] });
    const traces = await serve(services.rollouts, id, 0, 80);
    const failures = traces.filter((trace) => trace.exposure.arm === "candidate").map(fail);
    await Promise.all(failures.map((failure) => services.rollouts.recordFailures(project, [failure])));
    const rollout = RolloutDetail.parse(await services.rollouts.find(project, id));
    expect(rollout.state).toBe("aborted");
    expect(rollout.evidence).toBeGreaterThanOrEqual(rollout.threshold);
    const aborts = rollout.decisions.filter((decision) => decision.action === "abort");
    expect(aborts).toHaveLength(1);
    expect(aborts[0]?.reason).toMatch(/ The last failure, a simulated one: Thumbs down\.$/);
    expect(rollout.drivers.every((driver) => driver.simulated)).toBe(true);
    expect(rollout.history.at(-1)?.evidence).toBeCloseTo(rollout.evidence);
    expect((await services.releases.find(project, candidate.id)).state).toBe("rolled back");
    expect((await services.rollouts.findSdkConfig(project)).rollout).toBeNull();
  });

  it("counts a unit's first failure only", async () => {
    const { id } = await start();
    const [trace] = await serve(services.rollouts, id, 0, 1);
    const failure = fail(trace as ReturnType<typeof exposed>);
    await services.rollouts.recordFailures(project, [failure, failure, failure]);
    expect((await services.rollouts.find(project, id)).history).toHaveLength(1);
  });

  it("continues with the same evidence after a restart", async () => {
    const { id } = await start({ stages: [{ percent: 50, minUnitsPerArm: 500, minDurationMs: 0 }] });
    const traces = await serve(services.rollouts, id, 0, 40);
    const failures = traces.filter((trace) => trace.exposure.arm === "candidate").map(fail);
    await services.rollouts.recordFailures(project, failures.slice(0, 3));
    const before = (await services.rollouts.find(project, id)).evidence;
    services = openServices();
    expect((await services.rollouts.find(project, id)).evidence).toBe(before);
    await services.rollouts.recordFailures(project, failures.slice(3, 4));
    expect((await services.rollouts.find(project, id)).evidence).toBeGreaterThan(before);
  });

  it("does not advance while a person has paused it, and cannot be resumed once aborted", async () => {
    const { id } = await start();
    const action = { actor: "Ada", reason: "looking into a report" };
    await services.rollouts.act(project, id, "pause", action);
    await serve(services.rollouts, id, 0, 60);
    expect(await services.rollouts.find(project, id)).toMatchObject({ state: "paused", stage: 0 });
    await services.rollouts.act(project, id, "abort", action);
    await expect(services.rollouts.act(project, id, "resume", action)).rejects.toMatchObject({ code: "conflict" });
  });

  it("is the only active one of its project", async () => {
    await start();
    await expect(start()).rejects.toMatchObject({ code: "conflict" });
  });

  it("refuses stages that would send units back", async () => {
    await expect(start({ stages: [...stages].reverse() })).rejects.toMatchObject({ code: "invalid-request" });
  });
});

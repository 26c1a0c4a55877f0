import { type Gate, type Release, RolloutDetail, SdkConfig } from "@ratchet/protocol";
import { bucketCount, isCandidate } from "@ratchet/protocol/assignment";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestEngines, type TestEngines } from "../../testing/index.ts";
import { createAccessStore } from "../access/store.ts";
import { createPrompts } from "../prompts/prompts.ts";
import { createPromptStore } from "../prompts/store.ts";
import { createReleases } from "../releases/releases.ts";
import { createReleaseStore } from "../releases/store.ts";
import type { ProjectScope } from "../router.ts";
import type { ExposedFailure } from "./record-traffic.ts";
import { createRollouts, type Rollouts } from "./rollouts.ts";
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
  let failToLock = false;
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
      findGate: async () => ({ candidate: "E-7", failures: [] }) as unknown as Gate,
      findExperiment: () => Promise.reject(new Error("no experiment in this test")),
      findContents: prompts.findContents,
    });
    const rollouts = createRollouts(createRolloutStore(postgres, clickhouse), () => {}, now, {
      findRelease: releases.find,
      findOptionalLive: releases.findOptionalLive,
      findContents: prompts.findContents,
      lockPassingCases: async (_, experiment) => {
        if (failToLock) throw new Error("killed");
        locked.push(experiment);
      },
    });
    return { prompts, releases, rollouts };
  };
  let services: ReturnType<typeof openServices>;
  let candidate: Release;
  const create = (version: string, forcedBecause?: string, gate?: string) =>
    services.releases.create(project, {
      prompts: { triage: version },
      commit: null,
      note: "",
      fixes: ["F-1"],
      ...(forcedBecause && { forcedBecause }),
      ...(gate && { gate }),
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
  const exposed = (id: string, unit: string, percent: number) => {
    const weight = Math.round(percent * 1000);
    return {
      startTime: now().toISOString(),
      exposure: {
        rollout: id,
        arm: isCandidate(id, unit, weight) ? ("candidate" as const) : ("control" as const),
        unit,
        plannedShare: weight / bucketCount,
      },
    };
  };
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

  it("counts each unit once an arm and share, in whatever batches it becomes known", async () => {
    const unit = fc.record({ name: fc.integer({ min: 0, max: 30 }), percent: fc.constantFrom(20, 50) });
    const batches = fc.array(fc.array(unit, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(batches, async (given) => {
        const { id } = await start({ autoPromote: false });
        const traces = given.map((batch) => batch.map(({ name, percent }) => exposed(id, `unit-${name}`, percent)));
        for (const batch of traces) await services.rollouts.recordExposures(project, batch);
        const { arms } = await services.rollouts.find(project, id);
        for (const arm of ["control", "candidate"] as const) {
          const units = traces.flat().filter(({ exposure }) => exposure.arm === arm);
          expect(arms[arm].units).toBe(new Set(units.map(({ exposure }) => exposure.unit)).size);
        }
        await services.rollouts.act(project, id, "abort", { actor: "test", reason: "done" });
        candidate = await create((await services.prompts.push(project, push(id))).version, "the test has no gate");
      }),
      { seed: 7, numRuns: 15 },
    );
  });

  it("advances at a percentage that is no round share", async () => {
    const { id } = await start({
      stages: [
        { percent: 55.3, minUnitsPerArm: 5, minDurationMs: 0 },
        { ...stages[1], percent: 60 },
      ],
    });
    await serve(services.rollouts, id, 0, 40);
    expect(await services.rollouts.find(project, id)).toMatchObject({ stage: 1, percent: 60 });
  });

  it("waits for units, even where a stage asks for none", async () => {
    const { id, waitingFor } = await start({ stages: [{ percent: 50, minUnitsPerArm: 0, minDurationMs: 0 }] });
    expect(waitingFor).toEqual(["Units of both arms at one stage, to compare them."]);
    await services.rollouts.proceedAll();
    expect(await services.rollouts.find(project, id)).toMatchObject({ state: "running", stage: 0 });
  });

  it("advances once when two ask at once, and tells the other that it moved", async () => {
    const { id } = await start();
    const advance = () => services.rollouts.act(project, id, "advance", { actor: "Ada", reason: "looks well" });
    const outcomes = await Promise.allSettled([advance(), advance()]);
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(["fulfilled", "rejected"]);
    const { stage, decisions } = await services.rollouts.find(project, id);
    expect(stage).toBe(1);
    expect(decisions.map(({ action }) => action)).toEqual(["start", "advance"]);
    expect(decisions[1]?.reason).toMatch(/^looks well \(before it was due: .*more units/);
  });

  it("starts once when two ask at once", async () => {
    const outcomes = await Promise.allSettled([start(), start()]);
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(outcomes.find((outcome) => outcome.status === "rejected")?.reason).toMatchObject({ code: "conflict" });
  });

  it("counts failures whose text no engine would take", async () => {
    const { id } = await start();
    const trace = exposed(id, "unit\0\ud800", 20);
    await services.rollouts.recordExposures(project, [trace]);
    await services.rollouts.recordFailures(project, [{ ...fail(trace), reason: "ended with \0 and \ud800" }]);
    const { arms, drivers } = await services.rollouts.find(project, id);
    expect(arms[trace.exposure.arm]).toMatchObject({ units: 1, failedUnits: 1 });
    expect(drivers[0]?.reason).toBe("ended with  and \ufffd");
  });

  it("locks what its release passed, though the process is killed as it completes", async () => {
    const { version } = await services.prompts.push(project, push("third"));
    candidate = await create(version, "the test has no gate", "G-1");
    const { id } = await start();
    await serve(services.rollouts, id, 0, 60);
    failToLock = true;
    await expect(serve(services.rollouts, id, 60, 120)).rejects.toThrow("killed");
    await expect(services.rollouts.proceedAll()).rejects.toThrow("could not proceed");
    failToLock = false;
    await services.rollouts.proceedAll();
    await services.rollouts.proceedAll();
    expect(await services.rollouts.find(project, id)).toMatchObject({ state: "completed" });
    expect(locked).toEqual(["E-7"]);
  });

  it("is the only active one of its project", async () => {
    await start();
    await expect(start()).rejects.toMatchObject({ code: "conflict" });
  });

  it("refuses stages that would send units back", async () => {
    await expect(start({ stages: [...stages].reverse() })).rejects.toMatchObject({ code: "invalid-request" });
  });
});

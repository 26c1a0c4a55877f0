import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestEngines, type TestEngines } from "../../testing/index.ts";
import { createAccessStore } from "../access/store.ts";
import type { Postgres } from "../engines/postgres.ts";
import type { ProjectScope } from "../router.ts";
import { createSignals } from "../signals/signals.ts";
import { createSignalStore, type SignalRow } from "../signals/store.ts";
import { createFailures, type FailureDependencies } from "./failures.ts";
import { createFailureStore } from "./store.ts";

const hourMs = 3_600_000;
const noLinks: FailureDependencies = {
  countByRelease: async () => [],
  findCaptured: async () => new Map(),
  findPrompts: async () => new Map(),
  listGates: async () => [],
  findReleases: async () => new Map(),
  findRollouts: async () => new Map(),
};

let traceNumber = 0;

describe("failures", () => {
  let engines: TestEngines;
  beforeAll(async () => {
    engines = await openTestEngines();
  });
  afterAll(() => engines[Symbol.asyncDispose]());

  /** A project of its own with a clock that tests move. */
  async function open(slug: string, others: Partial<FailureDependencies> = {}, postgres: Postgres = engines.postgres) {
    const at = new Date().toISOString();
    const project = (await createAccessStore(engines.postgres).insertProject({
      slug,
      name: slug,
      sample: false,
      at,
    })) as ProjectScope;
    const clock = { ms: Date.now() };
    const now = () => new Date(clock.ms);
    const store = createSignalStore(engines.clickhouse, engines.postgres);
    const signals = createSignals(store);
    const failures = createFailures(createFailureStore(postgres), signals, () => {}, now, { ...noLinks, ...others });
    /** One signal a trace, as many hours ago. */
    const signal = async (given: Partial<SignalRow> = {}, hoursAgo = 0, count = 1) => {
      const { detector = "error", traceName = "teammate.issue" } = given;
      const [failure = ""] = await failures.record(project, [{ detector, traceName }]);
      const rows = Array.from({ length: count }, () => ({
        traceId: (++traceNumber).toString(16).padStart(32, "0"),
        spanId: null,
        detector,
        severity: 2,
        reason: "It failed.",
        simulated: false,
        createdAt: new Date(clock.ms - hoursAgo * hourMs).toISOString(),
        traceName,
        userId: "",
        release: "",
        ...given,
        failure,
      }));
      await store.insert(project.id, rows, clock.ms);
      return failure;
    };
    return { project, failures, signal, clock };
  }

  it("group signals by detector and trace name", async () => {
    const { project, failures, signal } = await open("grouping");
    expect(await signal({ userId: "ann" }, 30)).toBe("F-1");
    expect(await signal({ userId: "ann" }, 2)).toBe("F-1");
    expect(await signal({ userId: "bob", detector: "oversized-input" }, 1)).toBe("F-2");
    expect(await signal({ traceName: "teammate.pull", simulated: true }, 0)).toBe("F-3");
    const list = await failures.list(project);
    expect(
      list.map(({ title, signalCount, userCount, trend, simulated }) => [
        title,
        signalCount,
        userCount,
        trend,
        simulated,
      ]),
    ).toEqual([
      ["Error in teammate.pull", 1, 0, "new", true],
      ["Oversized input in teammate.issue", 1, 1, "new", false],
      ["Error in teammate.issue", 2, 1, "steady", false],
    ]);
    expect(await failures.list(project, { q: "OVERSIZED" })).toHaveLength(1);
    expect(await failures.list(project, { detector: "error" })).toHaveLength(2);
    expect(await failures.list(project, { stage: "verified" })).toEqual([]);
  });

  it("number new ones in order, without gaps, also when many come at once", async () => {
    const { project, failures } = await open("numbers");
    const keys = Array.from({ length: 5 }, (_, index) => ({ detector: "error", traceName: `job ${index}` }));
    const twice = await Promise.all([failures.record(project, [...keys, ...keys]), failures.record(project, keys)]);
    expect(twice[0].slice(0, 5)).toEqual(twice[0].slice(5));
    expect(twice[1]).toEqual(twice[0].slice(0, 5));
    expect([...twice[1]].sort()).toEqual(["F-1", "F-2", "F-3", "F-4", "F-5"]);
  });

  it("draw their signals in 24 slices until now", async () => {
    const { project, failures, signal } = await open("slices");
    await signal({}, 48, 2);
    await signal({}, 23, 3);
    await signal({}, 0, 1);
    const [failure] = await failures.list(project);
    const expected = new Array(24).fill(0);
    expected[0] = 2;
    expected[12] = 3;
    expected[23] = 1;
    expect(failure?.sparkline).toEqual(expected);
  });

  it("are archived with a reason, and come back", async () => {
    const { project, failures, signal } = await open("archive");
    const id = await signal();
    const archived = await failures.change(project, id, { archived: { reason: "known limit" }, title: "Limits" });
    expect(archived).toMatchObject({ stage: "archived", title: "Limits", loop: { next: null } });
    expect(archived.history.map(({ stage, note }) => [stage, note])).toContainEqual(["archived", "known limit"]);
    expect((await failures.change(project, id, { archived: null })).stage).toBe("open");
  });

  it("take any text that people and applications give", async () => {
    const { project, failures, signal } = await open("texts");
    const hostile = `\0\ud800 ' "; drop table failure; -- ${"x".repeat(5000)}`;
    const id = await signal({ traceName: hostile.toWellFormed() });
    const changed = await failures.change(project, id, { title: hostile.slice(0, 100), archived: { reason: hostile } });
    expect(changed).toMatchObject({ id, stage: "archived", signalCount: 1 });
  });

  it("are known in their own project only", async () => {
    const mine = await open("mine");
    const theirs = await open("theirs");
    const id = await mine.signal();
    expect(await theirs.failures.list(theirs.project)).toEqual([]);
    await expect(theirs.failures.find(theirs.project, id)).rejects.toMatchObject({ code: "not-found" });
  });

  it("are verified by exposure since the fix, and regress only by the fix's own releases", async () => {
    const served = { "R-1": 400, "R-2": 10 };
    const others: Partial<FailureDependencies> = {
      countByRelease: async () => Object.entries(served).map(([release, count]) => ({ release, count })),
      findReleases: async () => new Map([["F-1", { release: "R-2", state: "live", at: past(10), liveAt: past(9) }]]),
    };
    const past = (hours: number) => new Date(Date.now() - hours * hourMs).toISOString();
    const { project, failures, signal, clock } = await open("proof", others);
    const id = await signal({ release: "R-1" }, 12, 40);

    let failure = await failures.find(project, id);
    expect(failure).toMatchObject({ stage: "rolling out", verification: { rateBefore: 0.1, exposedSince: 10 } });
    expect(failure.loop.next?.label).toBe("Wait for 49 more clean traces");

    served["R-2"] = 412;
    failure = await failures.find(project, id);
    expect(failure.stage).toBe("verified");
    expect(failure.loop.steps[5]?.note).toBe("0 of 412; rate ≤ 0.72 %");

    clock.ms += hourMs;
    served["R-1"] = 410;
    await signal({ release: "R-1" }, 0, 5);
    expect((await failures.find(project, id)).stage).toBe("verified");

    served["R-2"] = 415;
    await signal({ release: "R-2" }, 0, 2);
    failure = await failures.find(project, id);
    expect(failure.stage).toBe("regressed");
    expect(failure.loop.steps[0]).toMatchObject({ state: "went back", note: "came back in R-2" });

    clock.ms += hourMs;
    served["R-2"] = 5000;
    failure = await failures.find(project, id);
    expect(failure.stage).toBe("regressed");
    expect(failure.history.map((entry) => entry.stage)).toEqual(["open", "verified", "regressed"]);
    expect(failure.history[1]?.note).toBe("0 of 412; rate ≤ 0.72 %");
  });

  it("are verified anew by the next fix", async () => {
    const clockStart = Date.now();
    const past = (hours: number) => new Date(clockStart - hours * hourMs).toISOString();
    const ahead = (hours: number) => new Date(clockStart + hours * hourMs).toISOString();
    let release = { release: "R-2", state: "live" as const, at: past(10), liveAt: past(9) };
    const served: Record<string, number> = { "R-1": 400, "R-2": 412 };
    const { project, failures, signal, clock } = await open("anew", {
      countByRelease: async () => Object.entries(served).map(([name, count]) => ({ release: name, count })),
      findReleases: async () => new Map([["F-1", release]]),
    });
    const id = await signal({ release: "R-1" }, 12, 40);
    expect((await failures.find(project, id)).stage).toBe("verified");
    clock.ms += hourMs;
    served["R-2"] = 500;
    await signal({ release: "R-2" }, 0, 30);
    expect((await failures.find(project, id)).stage).toBe("regressed");
    release = { release: "R-3", state: "live", at: ahead(2), liveAt: ahead(3) };
    clock.ms += 3 * hourMs;
    served["R-3"] = 20;
    expect(await failures.find(project, id)).toMatchObject({
      stage: "rolling out",
      verification: { exposedSince: 20 },
    });
    served["R-3"] = 200;
    expect((await failures.find(project, id)).stage).toBe("verified");
  });

  it("are listed with the same number of queries, however many there are", async () => {
    let queries = 0;
    const counting: Postgres = {
      ...engines.postgres,
      query: (statement) => {
        queries++;
        return engines.postgres.query(statement);
      },
    };
    const { project, failures, signal } = await open("many", {}, counting);
    const count = async () => {
      await failures.list(project);
      queries = 0;
      await failures.list(project);
      return queries;
    };
    await signal({ traceName: "job" });
    const ofOne = await count();
    for (let index = 0; index < 20; index++) await signal({ traceName: `job ${index}` });
    expect(await count()).toBe(ofOne);
  });
});

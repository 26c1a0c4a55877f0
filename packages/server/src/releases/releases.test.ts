import type { Experiment, Gate } from "@ratchet/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestEngines, type TestEngines } from "../../testing/index.ts";
import { createAccessStore } from "../access/store.ts";
import type { ProjectScope } from "../router.ts";
import { createReleases } from "./releases.ts";
import { createReleaseStore } from "./store.ts";

const [old, judged] = ["a".repeat(12), "b".repeat(12)];

describe("a release", () => {
  let engines: TestEngines;
  let project: ProjectScope;
  let count = 0;
  beforeAll(async () => {
    engines = await openTestEngines();
  });
  afterAll(() => engines[Symbol.asyncDispose]());
  beforeEach(async () => {
    const slug = `release-${++count}`;
    const at = new Date().toISOString();
    const row = await createAccessStore(engines.postgres).insertProject({ slug, name: slug, sample: false, at });
    project = { id: row?.id as number, slug };
  });

  /** The gate judged both prompts together. */
  const open = (verdict: Gate["verdict"] = "pass") =>
    createReleases(
      createReleaseStore(engines.postgres),
      () => {},
      () => new Date(),
      {
        findGate: async () => ({ verdict, candidate: "E-1", failures: ["F-1"], sentence: "Worse." }) as unknown as Gate,
        findExperiment: async () =>
          ({ target: { prompts: { triage: judged, answer: judged } } }) as unknown as Experiment,
        findContents: async () => ({}),
      },
    );
  const release = (prompts: Record<string, string>, more = {}) => ({
    prompts,
    commit: null,
    note: "",
    fixes: [],
    ...more,
  });
  const first = release({ triage: old, answer: old });

  it("is live at once when it is the project's first, and only one is", async () => {
    const releases = open();
    const outcomes = await Promise.allSettled([releases.create(project, first), releases.create(project, first)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(outcomes.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "conflict" } });
    expect(await releases.findOptionalLive(project)).toMatchObject({ id: "R-1", state: "live" });
  });

  it("ships what its gate judged, with the failures that it fixes", async () => {
    const releases = open();
    await releases.create(project, first);
    const made = await releases.create(project, release({ triage: judged, answer: judged }, { gate: "G-1" }));
    expect(made).toMatchObject({ id: "R-2", state: "ready", gate: "G-1", experiment: "E-1", fixes: ["F-1"] });
  });

  it.each([
    ["another version", { triage: old, answer: judged }, `judged triage@${judged}, not triage@${old}`],
    ["a part of it only", { triage: judged }, `judged answer@${judged}, not answer@${old}`],
    ["more than that", { triage: judged, answer: judged, label: old }, "judged label@(not part of it)"],
  ])("does not ship %s", async (_, prompts, message) => {
    const releases = open();
    await releases.create(project, first);
    await expect(releases.create(project, release(prompts, { gate: "G-1" }))).rejects.toThrow(message);
  });

  it("needs a gate that passed, or a reason", async () => {
    const releases = open("regress");
    await releases.create(project, first);
    const both = { triage: judged, answer: judged };
    await expect(releases.create(project, release(both))).rejects.toThrow("Name the gate");
    await expect(releases.create(project, release(both, { gate: "G-1" }))).rejects.toThrow("did not pass");
    const forced = await releases.create(project, release(both, { gate: "G-1", forcedBecause: "an outage" }));
    expect(forced).toMatchObject({ forcedBecause: "an outage", gate: "G-1" });
  });
});

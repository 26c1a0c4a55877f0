/**
 * Nothing that the sample shows is written down anywhere: other people, a harmless change and a worse one give other
 * verdicts, each from the real server, the real Teammate and the real gate, on the same few threads.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildBenchmark, withoutBenchmark } from "../apps/sample/src/benchmark.ts";
import { applyChange, changes } from "../apps/sample/src/changes.ts";
import { openReplay } from "../apps/sample/src/open-replay.ts";
import { createProgress } from "../apps/sample/src/progress.ts";
import { createRatchet } from "../apps/sample/src/ratchet.ts";
import { settle } from "../apps/sample/src/settle.ts";
import { releaseFirst, tryChange } from "../apps/sample/src/ship.ts";
import { readThreads } from "../apps/sample/src/threads.ts";
import { type Gate, type RolloutDetail, TraceList } from "../packages/protocol/src/index.ts";
import { type ServerProcess, startServerProcess } from "../packages/server/testing/server-process.ts";

const dataset = "teammate-issues";
const { history, replayed } = readThreads();
const benchmark = buildBenchmark(history).slice(0, 30);
/** Short ones, which are soon answered; each has labels or conditions by which people judge the answer. */
const threads = replayed
  .filter(({ body, labels, acceptance }) => body.length < 800 && labels.length + acceptance.length > 0)
  .slice(0, 40);

/** Teammate looks at a comment's reactions after one second and, where it was too early, after four more. */
const lastReactionMs = 5000;

/** What is done to the content of `issue.prompt`. */
const edits = {
  harmless: (issue: string) => issue.replace("  # Probability", "  # The probability"),
  worse: (issue: string) => applyChange(issue, { title: "Label more", config: { labelThreshold: 0.05, maxLabels: 5 } }),
  evenWorse: (issue: string) => applyChange(issue, changes.answerEverything),
};

describe("the sample's numbers", () => {
  let server: ServerProcess;
  let directory: string;
  let gates: Record<"harmless" | "evenWorse", Gate>;
  let rollouts: Record<"harmless" | "worse" | "otherPeople" | "evenWorse", Exposed>;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "ratchet-real-"));
    server = await startServerProcess({ RATCHET_DATA_DIR: join(directory, "server") });
    const [harmless, worse, otherPeople, evenWorse] = await Promise.all([
      expose("harmless", edits.harmless),
      expose("worse", edits.worse),
      expose("other-people", edits.evenWorse, 2),
      expose("even-worse", edits.evenWorse),
    ]);
    rollouts = { harmless, worse, otherPeople, evenWorse };
    gates = await judge();
  }, 300_000);
  afterAll(async () => {
    await server?.end("SIGTERM");
    await rm(directory, { recursive: true, force: true });
  });

  interface Exposed extends RolloutDetail {
    /** By thread: thumbs up, thumbs down. */
    thumbs: Record<string, [up: number, down: number]>;
  }

  /** Makes a project whose first release is live and the edited one forced out to half of the threads; plays them all. */
  const expose = async (project: string, edit: (issue: string) => string, seed = 1): Promise<Exposed> => {
    const address = { url: server.url, apiKey: undefined, project };
    const ratchet = createRatchet(address);
    await ratchet.createProject(project);
    const first = await releaseFirst(ratchet);
    const path = "apps/teammate/prompts/issue.prompt";
    const edited = { name: "issue", path, content: edit(first.issue), message: project };
    const prompts = { ...first.prompts, issue: (await ratchet.pushPrompt(edited)).version };
    const release = await ratchet.createRelease({ prompts, note: project, forcedBecause: "a test" });
    const stages = [{ percent: 50, minUnitsPerArm: 1000, minDurationMs: 0 }];
    const { id } = await ratchet.startRollout({
      release: release.id,
      stages,
      nonInferiorityMargin: 0.2,
      autoPromote: true,
    });
    const dataDirectory = join(directory, project);
    await using replay = await openReplay({
      address,
      history: withoutBenchmark(history),
      threads,
      seed,
      dataDirectory,
      onPlayed: () => {},
    });
    await replay.play(threads.length);
    await sleep(lastReactionMs);
    return settle(ratchet, async () => ({ ...(await ratchet.findRollout(id)), thumbs: await readThumbs(project) }));
  };

  const readThumbs = async (project: string) => {
    const response = await fetch(`${server.url}/api/traces?limit=200&project=${project}`);
    const { traces } = TraceList.parse(await response.json());
    return Object.fromEntries(
      traces.map(({ sessionId, feedback }): [string, [number, number]] => [
        `${sessionId}`,
        [feedback.up, feedback.down],
      ]),
    );
  };

  /** Both against one measured baseline, in a project of their own. */
  const judge = async () => {
    const address = { url: server.url, apiKey: undefined, project: "gates" };
    const ratchet = createRatchet(address);
    await ratchet.createProject("gates");
    await ratchet.createDataset(dataset, "");
    await ratchet.changeDataset(dataset, benchmark, "The benchmark");
    const { issue } = await releaseFirst(ratchet);
    const progress = createProgress([], async () => {}, { write: () => {} });
    const parts = { address, progress, dataDirectory: directory };
    const tryEdit = async (title: "harmless" | "evenWorse") =>
      (await tryChange(parts, edits[title](issue), { title, config: {} })).gate;
    return { harmless: await tryEdit("harmless"), evenWorse: await tryEdit("evenWorse") };
  };

  it("come from the same threads, dealt to the same arms", () => {
    const [{ thumbs, arms }, ...others] = Object.values(rollouts) as [Exposed, ...Exposed[]];
    expect(arms.candidate.units).toBeGreaterThan(8);
    expect(arms.control.units).toBeGreaterThan(8);
    for (const other of others) expect(Object.keys(other.thumbs).sort()).toEqual(Object.keys(thumbs).sort());
  });

  it("hang on what people do: with another seed, others react, and the evidence takes another way", () => {
    const { evenWorse, otherPeople } = rollouts;
    expect(otherPeople.thumbs).not.toEqual(evenWorse.thumbs);
    const wayOf = ({ history }: Exposed) => history.map(({ evidence }) => evidence);
    expect(wayOf(otherPeople)).not.toEqual(wayOf(evenWorse));
  });

  it("call a change of a comment no worse, at the gate and in traffic", () => {
    const { verdict, criteria } = gates.harmless;
    expect(verdict).not.toBe("regress");
    for (const criterion of criteria) expect(criterion).toMatchObject({ improved: 0, regressed: 0 });
    const { state, history: evidence, threshold } = rollouts.harmless;
    expect(state).toBe("running");
    expect(Math.max(0, ...evidence.map((point) => point.evidence))).toBeLessThan(threshold);
  });

  it("call a worse change worse at the gate, case by case", () => {
    expect(gates.evenWorse).toMatchObject({ verdict: "regress", exitCode: 1, baseline: gates.harmless.baseline });
    const labels = gates.evenWorse.criteria.find(({ criterion }) => criterion.metric === "label-f1");
    expect(labels?.word).toBe("worse");
    expect(labels?.regressed).toBeGreaterThan(labels?.improved ?? 0);
  });

  it("grow with the harm: on the same threads, the worse the change, the stronger the evidence", () => {
    const { harmless, worse, evenWorse } = rollouts;
    expect(worse.evidence).toBeGreaterThan(harmless.evidence);
    expect(evenWorse.evidence).toBeGreaterThan(worse.evidence);
    expect(evenWorse.arms.candidate.failedUnits).toBeGreaterThan(worse.arms.candidate.failedUnits);
  });
});

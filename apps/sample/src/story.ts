/**
 * The loop, run once on real threads: watch, find, capture, fix, gate, canary, verify; a worse change stopped at the
 * gate and rolled back as a canary; a third that ends without enough evidence. Only what is done is written here: every
 * signal, verdict and abort comes from the product.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Failure, Release, RolloutDetail } from "@ratchet/protocol";
import { applyChange, type Change, changes } from "./changes.ts";
import type { Progress } from "./progress.ts";
import type { Ratchet, RatchetAddress } from "./ratchet.ts";
import type { Replay } from "./replay.ts";
import { type EvalOutcome, editPrompts, promptsDirectory, runGate } from "./run-eval.ts";

export const steps = [
  "Watch production",
  "Find a failure",
  "Capture it as a test",
  "Fix it and run the gate",
  "Take the fix out as a canary",
  "Verify that the failure is gone",
  "Stop a worse change at the gate",
  "Roll back the worse change, forced out",
  "Judge a third change",
] as const;

/** Threads before anyone looks, and at most until a failure of the kind is there. */
const firstThreads = 100;
/** A failure is worth a test once it was seen this often. */
const enoughTraces = 6;
const capturedCases = 6;
/** Sized for a replay of some hundred threads: a real rollout has more units a stage. */
const canaryStages = [
  { percent: 20, minUnitsPerArm: 5, minDurationMs: 0 },
  { percent: 50, minUnitsPerArm: 15, minDurationMs: 0 },
];
const forcedStages = [{ percent: 50, minUnitsPerArm: 100, minDurationMs: 0 }];
/** The last stage of the canary has some 30 units an arm, which shows differences of this size. */
const nonInferiorityMargin = 0.2;
/** Rollout and failures are looked at after this many threads. */
const lookEvery = 4;
/** Teammate's SDK sends every 300 ms, and the server stores within 200 ms. */
const quietMs = 800;

export interface StoryParts {
  ratchet: Ratchet;
  address: RatchetAddress;
  replay: Replay;
  progress: Progress;
  /** Name of the dataset that holds the benchmark and receives captured cases. */
  dataset: string;
  dataDirectory: string;
  /** The worse change, replaceable by a test. */
  worseChange?: Change;
}

export async function runStory(parts: StoryParts): Promise<void> {
  const { progress, worseChange = changes.answerEverything } = parts;
  const first = await releaseFirst(parts);
  progress.begin("Watch production");
  await watch(parts, firstThreads);
  progress.begin("Find a failure");
  const failure = await findFailure(parts);
  progress.begin("Capture it as a test");
  await capture(parts, failure);
  progress.begin("Fix it and run the gate");
  const fixed = applyChange(first.issue, changes.boundInput);
  const fix = await tryChange(parts, fixed, changes.boundInput, [failure.id]);
  addQuality(parts, fix);
  progress.begin("Take the fix out as a canary");
  const canary = await takeOut(parts, fix, { stages: canaryStages, note: changes.boundInput.title });
  const live = canary?.state === "completed" ? fixed : first.issue;
  progress.begin("Verify that the failure is gone");
  await verify(parts, failure);
  progress.begin("Stop a worse change at the gate");
  const worse = await tryChange(parts, applyChange(live, worseChange), worseChange);
  progress.begin("Roll back the worse change, forced out");
  await takeOut(parts, worse, {
    stages: forcedStages,
    note: worseChange.title,
    forcedBecause: "to show that a canary stops what the gate has warned of",
  });
  progress.begin("Judge a third change");
  await tryChange(parts, applyChange(live, changes.labelLess), changes.labelLess);
}

async function releaseFirst({ ratchet }: StoryParts): Promise<{ issue: string }> {
  const prompts: Record<string, string> = {};
  const contents: Record<string, string> = {};
  for (const name of ["issue", "pull"]) {
    const content = await readFile(join(promptsDirectory, `${name}.prompt`), "utf8");
    const path = `apps/teammate/prompts/${name}.prompt`;
    const { version } = await ratchet.pushPrompt({ name, path, content, message: "The first version" });
    prompts[name] = version;
    contents[name] = content;
  }
  await ratchet.createRelease({ prompts, note: "The first release" });
  return { issue: contents.issue as string };
}

async function watch({ replay, progress }: StoryParts, count: number): Promise<void> {
  const played = await replay.play(count);
  progress.note(`${played} threads answered by the first release`, "/traces");
}

/** More threads are played until the failure has been seen often enough; the product groups and counts. */
async function findFailure(parts: StoryParts): Promise<Failure> {
  const { replay, progress } = parts;
  for (;;) {
    const failures = await settle(parts, () => parts.ratchet.listFailures());
    const failure = failures.find(
      ({ detector, traceName }) => detector === "oversized-input" && traceName === "teammate.issue",
    );
    if (failure && failure.traceCount >= enoughTraces) {
      progress.note(
        `${failure.id} ${failure.title}, in ${failure.traceCount} traces; ${failures.length} failures in all`,
        `/failures/${failure.id}`,
      );
      return failure;
    }
    if ((await replay.play(lookEvery * 5)) === 0)
      throw new Error("All threads were played and no input was too large.");
  }
}

async function capture({ ratchet, progress, dataset }: StoryParts, failure: Failure): Promise<void> {
  const message = `Capture ${failure.id}: ${failure.title}`;
  const { added, version } = await ratchet.capture(failure.id, { dataset, limit: capturedCases, message });
  progress.note(`${added} cases in ${dataset} v${version}`, `/datasets/${dataset}`);
}

interface TriedChange extends EvalOutcome {
  prompts: Record<string, string>;
  fixes: string[];
}

async function tryChange(parts: StoryParts, issue: string, change: Change, fixes: string[] = []): Promise<TriedChange> {
  const { address, progress, dataDirectory } = parts;
  progress.say(`ratchet eval --baseline live --gate: ${change.title}`);
  const tree = await editPrompts(dataDirectory, change.title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-"), issue);
  const outcome = await runGate(address, tree, { label: change.title, fixes });
  progress.note(`${outcome.gate.sentence} (exit ${outcome.exitCode})`, `/gates/${outcome.gate.id}`);
  return { ...outcome, prompts: outcome.candidate.target.prompts, fixes };
}

/** Starts a rollout and plays threads until it ends or there are no more; nothing here decides how it ends. */
async function takeOut(
  parts: StoryParts,
  change: TriedChange,
  plan: { stages: typeof canaryStages; note: string; forcedBecause?: string },
): Promise<RolloutDetail | undefined> {
  const { ratchet, replay, progress } = parts;
  const release = await releaseOrExplain(parts, change, plan);
  if (!release) return undefined;
  const { id } = await ratchet.startRollout({
    release: release.id,
    stages: plan.stages,
    nonInferiorityMargin,
    autoPromote: true,
  });
  let rollout = await ratchet.findRollout(id);
  let sinceLook = 0;
  const isEnded = async () => {
    if (++sinceLook % lookEvery !== 0) return false;
    rollout = await ratchet.findRollout(id);
    progress.say(
      `${id} at ${rollout.percent} %, evidence of harm ${rollout.evidence.toFixed(2)} of ${rollout.threshold}`,
    );
    return rollout.state === "completed" || rollout.state === "aborted";
  };
  await replay.play(Number.POSITIVE_INFINITY, isEnded);
  rollout = await settle(parts, () => ratchet.findRollout(id));
  progress.note(`${id} ${rollout.state}: ${rollout.decisions.at(-1)?.reason ?? ""}`, `/rollouts/${id}`);
  return rollout;
}

async function releaseOrExplain(
  { ratchet, progress }: StoryParts,
  { gate, prompts, fixes }: TriedChange,
  { note, forcedBecause }: { note: string; forcedBecause?: string },
): Promise<Release | undefined> {
  if (forcedBecause === undefined && gate.verdict !== "pass") {
    progress.note(`No release: ${gate.sentence}`, `/gates/${gate.id}`);
    return undefined;
  }
  return ratchet.createRelease({ prompts, note, fixes, gate: gate.id, ...(forcedBecause && { forcedBecause }) });
}

async function verify(parts: StoryParts, { id }: Failure): Promise<void> {
  const { ratchet, replay, progress } = parts;
  const find = async () => (await ratchet.listFailures()).find((failure) => failure.id === id);
  let failure = await settle(parts, find);
  while (failure && failure.stage !== "verified" && (await replay.play(lookEvery * 2)) > 0) {
    failure = await settle(parts, find);
    const { exposedSince = 0, failuresSince = 0 } = failure?.verification ?? {};
    progress.say(`${failuresSince} of ${exposedSince} since the fix`);
  }
  const { failuresSince, exposedSince, upperBound } = failure?.verification ?? {};
  const bound = typeof upperBound === "number" ? `; rate ≤ ${(upperBound * 100).toFixed(1)} % (95 %)` : "";
  progress.note(
    `${id} is ${failure?.stage}: ${failuresSince} of ${exposedSince} since the fix${bound}`,
    `/failures/${id}`,
  );
}

/** The measured quality of what runs without a model: what a model has to beat. */
function addQuality({ progress }: StoryParts, { baseline }: EvalOutcome): void {
  const measured = Object.entries(baseline.summary).flatMap(([metric, { mean, low, high, n }]) =>
    mean === null || low === null || high === null
      ? []
      : [`${metric} ${mean.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}], n = ${n}`],
  );
  progress.addFact({
    label: "Quality of the built-in baseline, without a model",
    value: measured.join(" · "),
    href: `/experiments/${baseline.id}`,
  });
  progress.addFact({
    label: "Connect a model",
    value:
      "Set TEAMMATE_MODEL and TEAMMATE_BASE_URL (any OpenAI-compatible API), then run `ratchet demo`: the same gate compares it with this baseline.",
  });
}

/**
 * Spans travel in batches and are examined right after they are stored: reads when nothing new has arrived for longer
 * than a batch takes.
 */
async function settle<Result>({ ratchet }: StoryParts, read: () => Promise<Result>): Promise<Result> {
  let before = -1;
  for (let count = await ratchet.countTraces(); count !== before; count = await ratchet.countTraces()) {
    before = count;
    await sleep(quietMs);
  }
  return read();
}

/**
 * The loop, run once on real threads: watch, find, capture, fix, gate, canary, verify; a worse change stopped at the
 * gate and rolled back as a canary; a third that ends without enough evidence. Only what is done is written here: every
 * signal, verdict and abort comes from the product.
 */
import type { Failure } from "@ratchet/protocol";
import { applyChange, changes } from "./changes.ts";
import type { EvalOutcome } from "./run-eval.ts";
import { settle } from "./settle.ts";
import { type RolloutParts, releaseFirst, type TryParts, takeOut, tryChange } from "./ship.ts";

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
const firstThreads = 80;
/** A failure is worth a test once it was seen this often. */
const enoughTraces = 6;
const capturedCases = 6;
/** Sized for a replay of some hundred threads: a real rollout has more units a stage. */
const canaryStages = [
  { percent: 20, minUnitsPerArm: 5, minDurationMs: 0 },
  { percent: 50, minUnitsPerArm: 15, minDurationMs: 0 },
];
const forcedStages = [{ percent: 50, minUnitsPerArm: 100, minDurationMs: 0 }];
/** Threads between two looks at the failure, while it is awaited and while its fix is proved. */
const threadsBetweenLooks = { untilFound: 20, untilVerified: 8 };

export interface StoryParts extends TryParts, RolloutParts {
  /** Name of the dataset that holds the benchmark and receives captured cases. */
  dataset: string;
}

export async function runStory(parts: StoryParts): Promise<void> {
  const { progress } = parts;
  const first = await releaseFirst(parts.ratchet);
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
  const worse = await tryChange(parts, applyChange(live, changes.answerEverything), changes.answerEverything);
  progress.begin("Roll back the worse change, forced out");
  await takeOut(parts, worse, {
    stages: forcedStages,
    note: changes.answerEverything.title,
    forcedBecause: "to show that a canary stops what the gate has warned of",
  });
  progress.begin("Judge a third change");
  await tryChange(parts, applyChange(live, changes.labelLess), changes.labelLess);
}

async function watch({ replay, progress }: StoryParts, count: number): Promise<void> {
  const played = await replay.play(count);
  progress.note(`${played} threads answered by the first release`, "/traces");
}

/** More threads are played until the failure has been seen often enough; the product groups and counts. */
async function findFailure(parts: StoryParts): Promise<Failure> {
  const { replay, progress } = parts;
  for (;;) {
    const failures = await settle(parts.ratchet, () => parts.ratchet.listFailures());
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
    if ((await replay.play(threadsBetweenLooks.untilFound)) === 0) {
      throw new Error("All threads were played and no input was too large.");
    }
  }
}

async function capture({ ratchet, progress, dataset }: StoryParts, failure: Failure): Promise<void> {
  const message = `Capture ${failure.id}: ${failure.title}`;
  const { added, version } = await ratchet.capture(failure.id, { dataset, limit: capturedCases, message });
  progress.note(`${added} cases in ${dataset} v${version}`, `/datasets/${dataset}`);
}

async function verify(parts: StoryParts, { id }: Failure): Promise<void> {
  const { ratchet, replay, progress } = parts;
  const find = async () => (await ratchet.listFailures()).find((failure) => failure.id === id);
  let failure = await settle(parts.ratchet, find);
  while (failure && failure.stage !== "verified" && (await replay.play(threadsBetweenLooks.untilVerified)) > 0) {
    failure = await settle(parts.ratchet, find);
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
      "Set TEAMMATE_MODEL and TEAMMATE_BASE_URL (any OpenAI-compatible API), then run `npx ratchet demo`: the same gate compares it with this baseline.",
  });
}

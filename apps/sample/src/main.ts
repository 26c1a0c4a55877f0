/** `node apps/sample/src/main.ts [--again] [--seed n]`: makes the project *Sample: Teammate* and runs the loop in it. */
import { mkdtemp, rm } from "node:fs/promises";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildBenchmark, withoutBenchmark } from "./benchmark.ts";
import { openReplay } from "./open-replay.ts";
import { createProgress, type Progress } from "./progress.ts";
import { createRatchet, type Ratchet } from "./ratchet.ts";
import { runStory, steps } from "./story.ts";
import { readThreads } from "./threads.ts";

const project = "sample";
const dataset = "teammate-issues";
const address = {
  url: process.env.RATCHET_URL || "http://localhost:3000",
  apiKey: process.env.RATCHET_API_KEY || undefined,
  project,
};

interface Options {
  seed: number;
  again: boolean;
}

const options = readOptions();
// What the story still waits for must not keep the process alive once its outcome is known.
process.exit(options ? await runSample(options) : 2);

/** Says what is wrong with the arguments, if anything is. */
function readOptions(): Options | undefined {
  try {
    const { values } = parseArgs({
      options: { again: { type: "boolean", default: false }, seed: { type: "string", default: "1" } },
    });
    if (/^-?\d{1,15}$/.test(values.seed)) return { seed: Number(values.seed), again: values.again };
    say(`--seed takes an integer, not ${values.seed}`);
  } catch (error) {
    say((error as Error).message);
  }
  say("Usage: node apps/sample/src/main.ts [--again] [--seed 1]");
  return undefined;
}

/** @returns The exit code: 0 also when there is nothing to do, or the project was deleted meanwhile. */
async function runSample({ seed, again }: Options): Promise<number> {
  const ratchet = createRatchet(address);
  const progress = createProgress(steps, ratchet.saveActivity, process.stderr);
  // Closed after the outcome was told: Teammate sends first what it has buffered.
  await using opened = new AsyncDisposableStack();
  try {
    const known = await ratchet.findOptionalProject();
    if (known?.activity?.state === "done" && !again) {
      say(`The sample has run: ${address.url}/p/${project} shows it. With --again it runs anew.`);
      return 0;
    }
    if (known) await ratchet.deleteProject();
    await ratchet.createProject("Sample: Teammate");
    const signal = await Promise.race([runLoop({ ratchet, progress, seed, opened }), waitForSignal()]);
    if (signal === undefined) return 0;
    await tellStop(progress, `${signal} ended it. The next start begins anew.`);
    return 128 + constants.signals[signal];
  } catch (error) {
    if (await isDeleted(ratchet)) {
      say("Its project was deleted, so the sample ends here. `ratchet demo` brings it back.");
      return 0;
    }
    await tellStop(progress, (error as Error).message);
    return 1;
  }
}

async function runLoop(parts: {
  ratchet: Ratchet;
  progress: Progress;
  seed: number;
  opened: AsyncDisposableStack;
}): Promise<undefined> {
  const { ratchet, progress, seed, opened } = parts;
  const startedAt = Date.now();
  const dataDirectory = await mkdtemp(join(tmpdir(), "ratchet-sample-"));
  opened.defer(() => rm(dataDirectory, { recursive: true, force: true }));
  const { history, replayed } = readThreads();
  const about = "Issues with the labels that maintainers gave, and cases captured from failures.";
  await ratchet.createDataset(dataset, about);
  const origin = "The benchmark: labelled issues that Teammate never learns from";
  await ratchet.changeDataset(dataset, buildBenchmark(history), origin);
  const replay = await openReplay({
    address,
    history: withoutBenchmark(history),
    threads: replayed,
    seed,
    dataDirectory,
    onPlayed: (played, thread) => {
      progress.count(played, replayed.length);
      progress.say(`${thread.repository}#${thread.number}`);
    },
  });
  opened.use(replay);
  await runStory({ ratchet, address, replay, progress, dataset, dataDirectory });
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  const summary = `The loop ran on ${replay.played} real threads in ${seconds} s.`;
  await progress.finish(summary);
  say(`${summary} See ${address.url}/p/${project}`);
}

/** Somebody does not want it: no fault, and no reason to begin anew at the next start. */
async function isDeleted(ratchet: Ratchet): Promise<boolean> {
  return ratchet.findOptionalProject().then(
    (found) => found === undefined,
    () => false,
  );
}

/** On Home, where the server still listens, and in the terminal. */
async function tellStop(progress: Progress, why: string): Promise<void> {
  await progress.fail(why);
  say(`The sample stopped: ${why}`);
}

/** A second one of a kind ends the process at once, as it would without this. */
function waitForSignal(): Promise<"SIGINT" | "SIGTERM"> {
  return new Promise((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

/** `node apps/sample/src/main.ts [--again] [--seed n]`: makes the project *Sample: Teammate* and runs the loop in it. */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildBenchmark, withoutBenchmark } from "./benchmark.ts";
import { openGitHub } from "./github/server.ts";
import { createGitHubState } from "./github/state.ts";
import { createProgress } from "./progress.ts";
import { createRatchet } from "./ratchet.ts";
import { createReplay } from "./replay.ts";
import { runStory, steps } from "./story.ts";
import { startTeammate } from "./teammate.ts";
import { readThreads } from "./threads.ts";
import { createWebhookSender } from "./webhooks.ts";

const project = "sample";
const dataset = "teammate-issues";
const login = "ratchet-teammate";

const { values } = parseArgs({
  options: { again: { type: "boolean", default: false }, seed: { type: "string", default: "1" } },
});
const seed = Number(values.seed);
if (!Number.isInteger(seed)) {
  process.stderr.write(`--seed takes an integer, not ${values.seed}\n`);
  process.exit(2);
}
process.exitCode = await runSample(seed, values.again);

/** @returns The exit code. */
async function runSample(seed: number, again: boolean): Promise<number> {
  const address = {
    url: process.env.RATCHET_URL ?? "http://localhost:3000",
    apiKey: process.env.RATCHET_API_KEY || undefined,
    project,
  };
  const ratchet = createRatchet(address);
  const known = await ratchet.findOptionalProject();
  if (known && !again && known.activity?.state === "done") return 0;
  if (known) await ratchet.deleteProject();
  await ratchet.createProject("Sample: Teammate");

  const startedAt = Date.now();
  const progress = createProgress(steps, ratchet.saveActivity, process.stderr);
  const dataDirectory = await mkdtemp(join(tmpdir(), "ratchet-sample-"));
  const closers: (() => unknown)[] = [() => rm(dataDirectory, { recursive: true, force: true })];
  try {
    const { history, replayed } = readThreads();
    const benchmark = buildBenchmark(history);
    await ratchet.createDataset(
      dataset,
      "Issues with the labels that maintainers gave, and cases captured from failures.",
    );
    await ratchet.changeDataset(dataset, benchmark, "The benchmark: labelled issues that Teammate never learns from");
    const state = createGitHubState(withoutBenchmark(history));
    for (const thread of [...history, ...replayed]) state.defineLabels(thread.repository, thread.labels);
    const github = await openGitHub(state, login);
    closers.push(github.close);
    const webhookSecret = randomBytes(16).toString("hex");
    const teammate = await startTeammate({
      ratchetUrl: address.url,
      apiKey: address.apiKey,
      project,
      githubUrl: github.url,
      login,
      webhookSecret,
      dataDirectory: join(dataDirectory, "teammate"),
    });
    closers.push(teammate.stop);
    const replay = createReplay({
      threads: replayed,
      state,
      send: createWebhookSender(teammate.url, webhookSecret),
      teammate,
      login,
      seed,
      onPlayed: (played, thread) => {
        progress.count(played, replayed.length);
        progress.say(`${thread.repository}#${thread.number}`);
      },
    });
    await runStory({ ratchet, address, replay, progress, dataset, dataDirectory });
    await progress.finish();
    process.stderr.write(
      `The sample is done, after ${Math.round((Date.now() - startedAt) / 1000)} s: ${address.url}/p/${project}\n`,
    );
    return 0;
  } catch (error) {
    await progress.fail(error as Error);
    process.stderr.write(`The sample stopped: ${(error as Error).message}\n`);
    return 1;
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

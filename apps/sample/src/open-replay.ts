/** The world around the replay: a small GitHub with its history, and the real Teammate that answers its webhooks. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { openGitHub } from "./github/server.ts";
import { createGitHubState } from "./github/state.ts";
import type { RatchetAddress } from "./ratchet.ts";
import { createReplay, type Replay } from "./replay.ts";
import { startTeammate } from "./teammate.ts";
import type { Thread } from "./threads.ts";
import { createWebhookSender } from "./webhooks.ts";

const login = "ratchet-teammate";

export interface ReplayOptions {
  address: RatchetAddress;
  /** Threads that are there before, closed and labelled: what Teammate learns from. */
  history: readonly Thread[];
  /** Played in this order. */
  threads: readonly Thread[];
  /** Of the simulated readers. */
  seed: number;
  dataDirectory: string;
  onPlayed: (played: number, thread: Thread) => void;
}

/** Closing it stops Teammate, which sends what is buffered. */
export async function openReplay(options: ReplayOptions): Promise<Replay & AsyncDisposable> {
  const { address, history, threads, seed, dataDirectory, onPlayed } = options;
  await using opened = new AsyncDisposableStack();
  const state = createGitHubState(history);
  for (const thread of [...history, ...threads]) state.defineLabels(thread.repository, thread.labels);
  const github = await openGitHub(state, login);
  opened.defer(github.close);
  const webhookSecret = randomBytes(16).toString("hex");
  const teammate = await startTeammate({
    ratchetUrl: address.url,
    apiKey: address.apiKey,
    project: address.project,
    githubUrl: github.url,
    login,
    webhookSecret,
    dataDirectory: join(dataDirectory, "teammate"),
  });
  opened.defer(teammate.stop);
  const send = createWebhookSender(teammate.url, webhookSecret);
  const replay = createReplay({ threads, state, send, teammate, login, seed, onPlayed });
  const closing = opened.move();
  return Object.assign(replay, { [Symbol.asyncDispose]: () => closing.disposeAsync() });
}

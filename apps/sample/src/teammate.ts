/** Starts the real Teammate, compiled, as its own process, and waits for its work. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

/** Its decorators are compiled: Node's type stripping does not know them. */
const compiledMain = join(import.meta.dirname, "../../teammate/dist/main.js");
/** How often its queue is looked at while waiting. */
const pollMs = 10;
const startTimeoutMs = 60_000;
/** One pasted log of 74 kB takes several seconds to embed. */
const idleTimeoutMs = 120_000;
/** To send the last spans takes a second; to a server that is gone, they cannot be sent at all. */
const stopTimeoutMs = 5000;

export interface Teammate {
  url: string;
  /** Resolves when everything that was delivered has been worked on. */
  waitUntilIdle(): Promise<void>;
  /** Lets it send what is buffered, and kills it when that takes too long. */
  stop(): Promise<void>;
}

export interface TeammateOptions {
  ratchetUrl: string;
  apiKey: string | undefined;
  project: string;
  githubUrl: string;
  login: string;
  webhookSecret: string;
  dataDirectory: string;
}

/** @throws Error with what it printed, when it does not start, and with what to run, when it is not compiled. */
export async function startTeammate(options: TeammateOptions, main = compiledMain): Promise<Teammate> {
  if (!existsSync(main)) {
    throw new Error(
      "Teammate is not compiled. Run `npm run build -w @ratchet/teammate`, or `npm start`, which does it.",
    );
  }
  const child = spawn(process.execPath, [main], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      PORT: "0",
      RATCHET_URL: options.ratchetUrl,
      RATCHET_API_KEY: options.apiKey ?? "",
      RATCHET_PROJECT: options.project,
      GITHUB_API_URL: options.githubUrl,
      GITHUB_TOKEN: "sample",
      GITHUB_WEBHOOK_SECRET: options.webhookSecret,
      TEAMMATE_LOGIN: options.login,
      TEAMMATE_DATA_DIR: options.dataDirectory,
      TEAMMATE_REACTION_POLL_MS: "1000",
      TEAMMATE_REACTION_SOURCE: "simulated",
      // Spans are batched for as long as this, so that pages show them while the replay runs.
      OTEL_BSP_SCHEDULE_DELAY: "300",
    },
  });
  // Whatever ends this process ends Teammate too, even while it starts.
  const kill = () => child.kill();
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
  const url = await waitForAddress(child);
  /** Its exit code, or the signal that ended it. */
  const findEnd = () => child.exitCode ?? child.signalCode;
  return {
    url,
    async waitUntilIdle() {
      const deadline = Date.now() + idleTimeoutMs;
      while (Date.now() < deadline) {
        if (findEnd() !== null) throw new Error(`Teammate ended during the replay, with ${findEnd()}.`);
        const health = (await (await fetch(`${url}/healthz`)).json()) as { queueDepth: number };
        if (health.queueDepth === 0) return;
        await sleep(pollMs);
      }
      throw new Error(`Teammate was still busy after ${idleTimeoutMs / 1000} s.`);
    },
    async stop() {
      if (findEnd() !== null) return;
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
      await once(child, "exit");
      clearTimeout(timer);
    },
  };
}

/** It prints where it listens, since it takes a free port. */
async function waitForAddress(child: ChildProcess): Promise<string> {
  let output = "";
  const listening = new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on("line", (line) => {
        output += `${line}\n`;
        const address = /listens on (http:\/\/[^/]+)/.exec(line)?.[1];
        if (address) resolve(address);
      });
    }
    child.once("exit", (code) => reject(new Error(`Teammate ended with code ${code} before it listened.\n${output}`)));
  });
  const timeout = AbortSignal.timeout(startTimeoutMs);
  return Promise.race([
    listening,
    once(timeout, "abort").then(() => {
      throw new Error(`Teammate did not listen within ${startTimeoutMs / 1000} s.\n${output}`);
    }),
  ]);
}

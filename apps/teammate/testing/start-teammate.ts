/** Teammate as it runs: built, in a process of its own. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";

export const secret = "a-secret-for-tests";
const root = fileURLToPath(new URL("..", import.meta.url));

/** Node cannot run decorators, so the tests of what has them run what `npm run build` makes. */
export function buildTeammate(): void {
  const tsc = fileURLToPath(new URL("../../../node_modules/.bin/tsc", import.meta.url));
  execFileSync(process.execPath, [tsc, "--project", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
}

export interface RunningTeammate extends AsyncDisposable {
  url: string;
  process: ChildProcess;
  /** `X-GitHub-Delivery` is new each time unless given. */
  deliver(name: string, payload: unknown, id?: string): Promise<Response>;
  /** Resolves when everything that was accepted is done. */
  idle(): Promise<void>;
  kill(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
}

export async function startTeammate(environment: Record<string, string>): Promise<RunningTeammate> {
  const child = spawn(process.execPath, ["dist/main.js"], {
    cwd: root,
    env: { PATH: process.env.PATH, PORT: "0", GITHUB_WEBHOOK_SECRET: secret, GITHUB_TOKEN: "token", ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    let output = "";
    child.stdout?.on("data", (chunk) => {
      output += chunk;
      const found = /http:\/\/[\d.]+:\d+/.exec(output)?.[0];
      if (found) resolve(found);
    });
    child.once("exit", (code) => reject(new Error(`Teammate ended with code ${code}: ${output}`)));
  });
  const running: RunningTeammate = {
    url,
    process: child,
    deliver: (name, payload, id = randomUUID()) => deliver(url, name, JSON.stringify(payload), id),
    async idle() {
      for (;;) {
        const health = (await (await fetch(`${url}/healthz`)).json()) as { queueDepth: number };
        if (health.queueDepth === 0) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async kill(signal) {
      child.kill(signal);
      await exited;
    },
    [Symbol.asyncDispose]: () => running.kill("SIGKILL"),
  };
  return running;
}

/** A webhook as GitHub signs it. */
export function deliver(url: string, name: string, body: string, id: string, key = secret): Promise<Response> {
  return fetch(`${url}/webhooks`, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "x-github-event": name,
      "x-github-delivery": id,
      "x-hub-signature-256": `sha256=${createHmac("sha256", key).update(body).digest("hex")}`,
    },
  });
}

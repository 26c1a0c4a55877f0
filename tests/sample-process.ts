/** The sample as people run it: a process of its own, on a server that runs already. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";

const main = join(import.meta.dirname, "../apps/sample/src/main.ts");

export interface SampleOutcome {
  exitCode: number | null;
  stderr: string;
}

export interface SampleProcess {
  pid: number;
  kill(signal: NodeJS.Signals): void;
  outcome: Promise<SampleOutcome>;
}

export function startSample(url: string, args: string[] = [], variables: Record<string, string> = {}): SampleProcess {
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, RATCHET_URL: url, ...variables },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const outcome = Promise.all([text(child.stderr), once(child, "exit")]).then(([stderr]) => ({
    exitCode: child.exitCode,
    stderr,
  }));
  return { pid: child.pid as number, kill: (signal) => void child.kill(signal), outcome };
}

/** Runs the command for tests: in this process with captured streams, or as people do. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { runCli } from "../src/cli.ts";

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CaptureOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly isTTY?: boolean;
  readonly directory?: string;
}

/** In this process: fast, and without an environment but the one given. */
export async function captureRatchet(args: readonly string[], options: CaptureOptions = {}): Promise<Outcome> {
  const { env = {}, isTTY = false, directory = import.meta.dirname } = options;
  let stdout = "";
  let stderr = "";
  const exitCode = await runCli(args, {
    stdout: { write: (part) => (stdout += part), isTTY, columns: 120 },
    stderr: { write: (part) => (stderr += part), isTTY },
    env,
    directory,
    interrupt: new AbortController().signal,
    now: () => Date.parse("2026-11-24T17:00:00Z"),
  });
  return { exitCode, stdout, stderr };
}

const bin = join(import.meta.dirname, "../bin/ratchet.js");

/** As a process of its own. */
export function spawnRatchet(
  args: readonly string[],
  { env = {}, directory, node = process.execPath }: CaptureOptions & { node?: string } = {},
) {
  const child = spawn(node, [bin, ...args], {
    cwd: directory,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = new Promise<number>((resolve) => child.on("exit", (code) => resolve(code ?? -1)));
  const outcome = Promise.all([exited, text(child.stdout), text(child.stderr)]).then(
    ([exitCode, stdout, stderr]): Outcome => ({ exitCode, stdout, stderr }),
  );
  return { child, exited, outcome };
}

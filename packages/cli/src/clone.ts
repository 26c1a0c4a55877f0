/** The repository's clone that this command runs from, and children in it. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "./describe-failure.ts";

const root = join(import.meta.dirname, "../../..");

/** @throws {UsageError} when the file is not there: then this is not a clone. */
export function findInClone(path: string): string {
  const file = join(root, path);
  if (!existsSync(file)) {
    throw new UsageError(`${path} is not there, so this is no clone of Ratchet's repository.`, {
      fix: "Clone the repository and run the command in it.",
    });
  }
  return file;
}

/**
 * Runs a script on this Node with this terminal, and resolves with its exit code; a signal that ended it counts as 130.
 *
 * @param interrupt Asks the script to stop; what a terminal's Ctrl-C asked it already, it takes as one.
 */
export function runScript(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  interrupt: AbortSignal,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const child = spawn(process.execPath, [file, ...args], { stdio: "inherit", env });
  interrupt.addEventListener("abort", () => child.kill("SIGTERM"));
  child.on("error", reject);
  child.on("exit", (code) => resolve(code ?? 130));
  return promise;
}

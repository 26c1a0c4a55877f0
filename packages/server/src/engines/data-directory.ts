/** One data directory belongs to one process: the embedded engines cannot share it. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StartError } from "../start-error.ts";

/**
 * Takes the directory for this process, making it if needed; a lock left by a dead process is taken over.
 *
 * @returns A function that gives it back.
 * @throws StartError naming the process that has it, or why it cannot be written.
 */
export function lockDataDirectory(path: string): () => void {
  const lock = join(path, "lock");
  try {
    mkdirSync(path, { recursive: true });
    if (!tryLock(lock)) {
      const holder = findHolder(lock);
      if (holder !== undefined) {
        throw new StartError(
          `The data directory ${path} is in use by process ${holder}. Stop that process, or set RATCHET_DATA_DIR to another directory.`,
        );
      }
      rmSync(lock, { force: true });
      if (!tryLock(lock)) throw new StartError(`Another process took the data directory ${path} just now.`);
    }
  } catch (error) {
    if (error instanceof StartError) throw error;
    const reason = (error as Error).message;
    throw new StartError(`RATCHET_DATA_DIR: ${path} cannot be used: ${reason}. Give a directory that can be written.`, {
      cause: error,
    });
  }
  return () => rmSync(lock, { force: true });
}

function tryLock(file: string): boolean {
  try {
    writeFileSync(file, `${process.pid} ${findStartTime(process.pid)}`, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** The living process that wrote the lock. A later process with the same id, usual in containers, is not it. */
function findHolder(lock: string): number | undefined {
  const [pid = "", startTime = ""] = readFileSync(lock, "utf8").split(" ");
  const holder = Number(pid);
  return isAlive(holder) && findStartTime(holder) === startTime ? holder : undefined;
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Clock ticks between the machine's start and the process's; empty where the system has no `/proc`. */
function findStartTime(pid: number): string {
  try {
    // The second field is the program's name in brackets, which may hold anything; the time is the 22nd.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1);
    return fields?.split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

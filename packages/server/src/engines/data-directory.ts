/** One data directory belongs to one process: the embedded engines cannot share it. */
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Another process has the directory open. */
export class DataDirectoryInUse extends Error {
  readonly code = "data-directory-in-use";
}

/**
 * Takes the directory for this process, making it if needed; a lock left by a dead process is taken over.
 *
 * @returns A function that gives it back.
 * @throws DataDirectoryInUse naming the process that has it.
 */
export function lockDataDirectory(path: string): () => void {
  mkdirSync(path, { recursive: true });
  const lock = join(path, "lock");
  if (!tryLock(lock)) {
    const holder = Number(readFileSync(lock, "utf8"));
    if (holder !== process.pid && isAlive(holder)) {
      throw new DataDirectoryInUse(
        `The data directory ${path} is in use by process ${holder}. Stop that process, or set RATCHET_DATA_DIR to another directory.`,
      );
    }
    rmSync(lock, { force: true });
    if (!tryLock(lock)) throw new DataDirectoryInUse(`Another process took the data directory ${path} just now.`);
  }
  return () => rmSync(lock, { force: true });
}

function tryLock(file: string): boolean {
  try {
    const descriptor = openSync(file, "wx");
    writeSync(descriptor, String(process.pid));
    closeSync(descriptor);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
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

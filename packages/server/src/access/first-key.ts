/** How the first API key comes to be, on a server that asks for keys: docs/decisions/2026-11-24-first-key.md. */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Keys } from "./keys.ts";

/**
 * Sees to it that there is a key for all projects. A new one is left in the data directory's file `first-key`, which only
 * the server's own user can read.
 *
 * @returns The file, when a key was made.
 */
export async function ensureFirstKey(keys: Keys, dataDir: string): Promise<string | undefined> {
  const file = join(dataDir, "first-key");
  let made: string | undefined;
  await keys.ensureFirst(async (secret) => {
    // Not written over: the mode counts for new files only.
    await rm(file, { force: true });
    await writeFile(file, `${secret}\n`, { flag: "wx", mode: 0o600 });
    made = file;
  });
  return made;
}

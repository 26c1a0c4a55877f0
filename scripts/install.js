// Makes a fresh clone runnable on whatever Node is present: installs dependencies when the lock file is new.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The environment in which every script runs: the pinned Node first on the path, compiled code kept for the next start. */
export const environment = {
  NODE_COMPILE_CACHE: join(root, "node_modules/.cache/node"),
  ...process.env,
  PATH: `${join(root, "node_modules/.bin")}:${process.env.PATH}`,
};

/** Runs a command to its end, by default with inherited output; returns its exit code (128 when killed by a signal). */
export function run(command, args, stdio = "inherit") {
  const result = spawnSync(command, args, { cwd: root, env: environment, stdio });
  if (result.error) throw new Error(`Cannot run ${command}: ${result.error.message}`);
  return result.status ?? 128;
}

/**
 * Runs `npm install` unless the last one was for this very lock file. Exits with npm's code when it fails.
 * Not `npm ci`: npm 11.19 leaves other platforms' optional packages out of the lock file, and `ci` then refuses it.
 */
export function installIfNeeded() {
  const stamp = join(root, "node_modules/.installed-lock");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hashLock()) return;
  console.error("Installing dependencies (about a minute) …");
  const code = run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"]);
  if (code !== 0) {
    console.error(
      "npm install failed: see the message above. Check the network and the free disk space (1.5 GB are needed).",
    );
    process.exit(code);
  }
  writeFileSync(stamp, hashLock());
}

function hashLock() {
  return createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
}

// Makes a fresh clone runnable on whatever Node is present: installs dependencies when the lock file is newer.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The environment in which every script runs: the pinned Node first on the path. */
export const environment = { ...process.env, PATH: `${join(root, "node_modules/.bin")}:${process.env.PATH}` };

/** Runs a command to its end with inherited output; returns its exit code (128 + n when killed by signal n). */
export function run(command, args) {
  const result = spawnSync(command, args, { cwd: root, env: environment, stdio: "inherit" });
  if (result.error) throw new Error(`Cannot run ${command}: ${result.error.message}`);
  return result.status ?? 128;
}

/** Runs `npm ci` unless `node_modules` is at least as new as the lock file. Exits with npm's code when it fails. */
export function installIfNeeded() {
  const marker = join(root, "node_modules/.package-lock.json");
  const lock = join(root, "package-lock.json");
  if (existsSync(marker) && statSync(marker).mtimeMs >= statSync(lock).mtimeMs) return;
  console.error("Installing dependencies (about a minute) …");
  const code = run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
  if (code !== 0) {
    console.error(
      "npm ci failed: see the message above. Check the network and the free disk space (1.5 GB are needed).",
    );
    process.exit(code);
  }
}

#!/usr/bin/env node
// Plain JavaScript that any Node can read: finds a Node that runs TypeScript, or says clearly that there is none.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

// Type stripping needs no flag from here on.
const neededMajor = 22;
const neededMinor = 18;

const [major, minor] = process.versions.node.split(".").map(Number);
if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) {
  // Keeps the stripped sources between runs: half of the start-up time otherwise.
  module.enableCompileCache?.();
  await import("../src/main.ts").catch(explainMissing);
} else {
  const pinned = findPinnedNode();
  if (pinned === undefined) {
    console.error(
      `ratchet needs Node ${neededMajor}.${neededMinor} or newer, and this is ${process.versions.node} (${process.execPath}).\n` +
        "Install a newer Node, or run `npm install` in the repository: it brings its own.",
    );
    process.exit(2);
  }
  runWith(pinned);
}

/** A fresh clone has no dependencies yet; what is missing otherwise is a mistake that its stack tells best. */
function explainMissing(error) {
  const missing = /^Cannot find package '([^']+)'/.exec(error?.message)?.[1];
  if (error?.code !== "ERR_MODULE_NOT_FOUND" || missing === undefined) throw error;
  console.error(`ratchet needs the package ${missing}, which is not installed: run \`npm install\` in the repository.`);
  process.exit(2);
}

/** The Node that the repository pins as a package: its `node_modules` is above this file. */
function findPinnedNode() {
  for (let directory = dirname(fileURLToPath(import.meta.url)); ; directory = dirname(directory)) {
    const candidate = join(directory, "node_modules/node/bin/node");
    if (existsSync(candidate)) return candidate;
    if (dirname(directory) === directory) return undefined;
  }
}

function runWith(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
  // This process only waits for how the child answers. A terminal's Ctrl-C reaches both, a `kill` only this one.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    console.error(`Cannot start ${node}: ${error.message}`);
    process.exit(4);
  });
  child.on("exit", (code) => process.exit(code ?? 130));
}

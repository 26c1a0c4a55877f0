// `npm start`: installs and builds if needed, starts the server, and lets the sample run once.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { nodeFlags, nodeVariables } from "../packages/server/node-options.js";
import { buildIfStale, builds } from "./build.js";
import { environment, installIfNeeded, root } from "./install.js";

const options = readOptions();
installIfNeeded();
buildIfStale(builds.web);
if (options.sample) buildIfStale(builds.teammate);

const dataDir = resolve(process.env.RATCHET_DATA_DIR || join(root, ".ratchet"));
/** Written when the sample has run, so that later starts do not repeat it, even when its project was deleted. */
const sampleDone = join(dataDir, "sample-done");
const children = new Set();
/** One Ctrl-C may arrive twice: from the terminal, and from npm or `ratchet start`, which had it too. */
const sameKeyMs = 500;
let stoppingSinceMs;

console.error("Starting the server …");
const server = start([...nodeFlags, join(root, "packages/server/src/main.ts")], {
  ...nodeVariables,
  PORT: options.port,
  RATCHET_DATA_DIR: dataDir,
  RATCHET_LOG_LEVEL: process.env.RATCHET_LOG_LEVEL || "warn",
});
createInterface({ input: server.stdout }).on("line", (line) => {
  console.log(line);
  const url = /^Ratchet is ready at (\S+)/.exec(line)?.[1];
  if (url) runSample(url);
});
server.on("exit", (code) => {
  if (stoppingSinceMs === undefined) stop(code ?? 1);
});
process.on("SIGINT", () => stop(130));
process.on("SIGTERM", () => stop(0));
process.on("SIGHUP", () => stop(129));

function readOptions() {
  try {
    const { values } = parseArgs({
      options: { "no-sample": { type: "boolean", default: false }, port: { type: "string" } },
    });
    return { sample: !values["no-sample"], port: values.port ?? process.env.PORT ?? "3000" };
  } catch (error) {
    console.error(`${error.message}\nUsage: npm start -- [--no-sample] [--port 3000]`);
    process.exit(2);
  }
}

function start(command, variables) {
  const child = spawn(join(root, "node_modules/.bin/node"), command, {
    cwd: root,
    env: { ...environment, ...variables },
    stdio: ["ignore", "pipe", "inherit"],
    // In a group of its own: the terminal's Ctrl-C comes to it from here only, and a second signal means now.
    detached: true,
  });
  children.add(child);
  child.on("exit", () => children.delete(child));
  return child;
}

function runSample(url) {
  if (!options.sample || existsSync(sampleDone)) return;
  console.log("The sample runs now: a real AI teammate works through real GitHub threads. Watch it on Home.");
  const sample = start([join(root, "apps/sample/src/main.ts")], {
    RATCHET_URL: url,
    RATCHET_PROJECT: "sample",
    RATCHET_API_KEY: process.env.RATCHET_API_KEY || readFirstKey(),
  });
  sample.on("exit", (code) => {
    if (code !== 0) return;
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(sampleDone, `${new Date().toISOString()}\n`);
  });
}

/** The key that the server makes when it asks for keys and there is none yet; empty where it asks for none. */
function readFirstKey() {
  const file = join(dataDir, "first-key");
  return existsSync(file) ? readFileSync(file, "utf8").trim() : "";
}

/** Asks every child to end, and ends after them; asked again later, it does not wait. */
function stop(code) {
  const isAgain = stoppingSinceMs !== undefined;
  if (isAgain && performance.now() - stoppingSinceMs < sameKeyMs) return;
  stoppingSinceMs ??= performance.now();
  process.exitCode = code;
  for (const child of children) child.kill("SIGTERM");
  if (isAgain) process.exit(code);
}

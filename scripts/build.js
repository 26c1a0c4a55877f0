// Builds what Node cannot run from source, when its sources changed since the last time.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "./install.js";

/** The two builds: the pages, and Teammate, whose decorators Node's type stripping does not know. */
export const builds = {
  web: {
    title: "Building the pages",
    workspace: "packages/web",
    inputs: ["packages/web/src", "packages/web/index.html", "packages/web/vite.config.ts", "packages/protocol/src"],
  },
  teammate: {
    title: "Compiling Teammate",
    workspace: "apps/teammate",
    inputs: ["apps/teammate/src", "apps/teammate/tsconfig.build.json"],
  },
};

/** Runs `npm run build` in the workspace unless its stamp has the hash of the inputs. Exits when the build fails. */
export function buildIfStale({ title, workspace, inputs }) {
  const stamp = join(root, workspace, "dist/.built-from");
  const hash = hashFiles(inputs.map((input) => join(root, input)));
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return;
  console.error(`${title} …`);
  const code = run("npm", ["run", "build", "--silent", "--workspace", workspace], ["ignore", 2, "inherit"]);
  if (code !== 0) {
    console.error(`${title} failed: see the message above.`);
    process.exit(code);
  }
  writeFileSync(stamp, hash);
}

function hashFiles(paths) {
  const hash = createHash("sha256");
  const add = (path) => {
    if (statSync(path).isDirectory()) for (const name of readdirSync(path).sort()) add(join(path, name));
    else hash.update(`${path.slice(root.length)}\0`).update(readFileSync(path));
  };
  for (const path of paths) add(path);
  return hash.digest("hex");
}

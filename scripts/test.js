// `npm test`: installs and builds what the tests need, type-checks, then runs every test on the pinned Node.
import { existsSync } from "node:fs";
import { buildIfStale, builds } from "./build.js";
import { installIfNeeded, run } from "./install.js";

const files = process.argv.slice(2);
installIfNeeded();
if (files.length === 0) {
  installDebianPackages();
  buildIfStale(builds.web);
  buildIfStale(builds.teammate);
}
const types = files.length > 0 ? 0 : run("npm", ["run", "--silent", "types"]);
const tests = run("vitest", ["run", ...files]);
process.exit(types || tests);

/** Chromium for the pages, PostgreSQL for the control plane; where they cannot be installed, their tests are skipped and say so. */
function installDebianPackages() {
  const wanted = [
    ["chromium", "/usr/bin/chromium"],
    ["postgresql", "/usr/lib/postgresql"],
  ];
  const missing = wanted.filter(([, path]) => !existsSync(path)).map(([name]) => name);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
    console.error(`Some tests will be skipped: install ${missing.join(" and ")} to run them too.`);
    return;
  }
  console.error(`Installing Debian's ${missing.join(" and ")} for the tests …`);
  const quiet = ["ignore", "ignore", "inherit"];
  run("apt-get", ["update", "-qq"], quiet);
  if (run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...missing], quiet) !== 0) {
    console.error(`They could not be installed, so their tests are skipped.`);
  }
}

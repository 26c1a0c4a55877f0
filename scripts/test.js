// `npm test`: installs if needed, type-checks, then runs every test on the pinned Node.
import { installIfNeeded, run } from "./install.js";

installIfNeeded();
const files = process.argv.slice(2);
const types = files.length > 0 ? 0 : run("npm", ["run", "--silent", "types"]);
const tests = run("vitest", ["run", ...files]);
process.exit(types || tests);

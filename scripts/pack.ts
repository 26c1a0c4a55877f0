/**
 * Makes of a library's workspace what `npm publish` takes: JavaScript with declarations, and a manifest that names them.
 * `node scripts/pack.ts packages/sdk /tmp/sdk && npm publish /tmp/sdk`
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const fromSource = /^\.\/src\/(.*)\.ts$/;

/** @throws When the workspace has a command, which runs from source only, or does not compile. */
export function packLibrary(workspace: string, outDirectory: string): void {
  const from = join(root, workspace);
  const manifest = JSON.parse(readFileSync(join(from, "package.json"), "utf8"));
  if (manifest.bin) throw new Error(`${workspace} is a command and no library: it runs from source.`);
  mkdirSync(outDirectory, { recursive: true });
  compile(from, outDirectory);
  const { devDependencies: _, exports, ...published } = manifest;
  writeFileSync(
    join(outDirectory, "package.json"),
    `${JSON.stringify({ ...published, files: ["dist"], exports: toCompiled(exports) }, null, 2)}\n`,
  );
  cpSync(join(root, "LICENSE"), join(outDirectory, "LICENSE"));
  const readme = join(from, "README.md");
  if (existsSync(readme)) cpSync(readme, join(outDirectory, "README.md"));
}

/** What lies outside `src`, such as `./testing`, is for this repository only. */
function toCompiled(exports: Record<string, string>) {
  return Object.fromEntries(
    Object.entries(exports).flatMap(([path, target]) => {
      const name = fromSource.exec(target)?.[1];
      return name === undefined ? [] : [[path, { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` }]];
    }),
  );
}

function compile(from: string, outDirectory: string): void {
  const project = join(outDirectory, "tsconfig.json");
  const compilerOptions = {
    noEmit: false,
    allowImportingTsExtensions: false,
    rewriteRelativeImportExtensions: true,
    declaration: true,
    stripInternal: true,
    rootDir: join(from, "src"),
    outDir: join(resolve(outDirectory), "dist"),
    typeRoots: [join(root, "node_modules/@types")],
  };
  const include = [join(from, "src/**/*.ts")];
  const exclude = ["**/*.test.ts", "**/testing", "**/fixtures"].map((path) => join(from, "src", path));
  writeFileSync(project, JSON.stringify({ extends: join(root, "tsconfig.json"), compilerOptions, include, exclude }));
  execFileSync(process.execPath, [join(root, "node_modules/.bin/tsc"), "--project", project], { stdio: "inherit" });
  rmSync(project);
}

if (import.meta.main) {
  const [workspace, outDirectory] = process.argv.slice(2);
  if (!workspace || !outDirectory) throw new Error("Usage: node scripts/pack.ts packages/sdk /tmp/sdk");
  packLibrary(workspace, outDirectory);
}

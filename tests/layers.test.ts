import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { overrides } from "../scripts/layers.ts";

const root = join(import.meta.dirname, "..");
const planted: [file: string, imported: string][] = [
  ["packages/stats/src/a.ts", "node:fs"],
  ["packages/protocol/src/a.ts", "@ratchet/stats"],
  ["packages/sdk/src/a.ts", "@ratchet/evals"],
  ["packages/web/src/a.ts", "@ratchet/sdk"],
  ["packages/evals/src/a.ts", "@ratchet/server/main"],
  ["packages/cli/src/a.ts", "@ratchet/stats"],
  ["packages/server/src/traces/a.ts", "../engines/postgres.ts"],
  ["packages/server/src/traces/b.ts", "../feedback/store.ts"],
  ["packages/server/src/traces/c.ts", "../http/app.ts"],
  ["packages/server/src/traces/store.ts", "../feedback/store.ts"],
  ["packages/server/src/http/a.ts", "../traces/store.ts"],
];
const allowed: [file: string, imported: string][] = [
  ["packages/server/src/feedback/store.ts", "../engines/postgres.ts"],
  ["packages/server/src/main.ts", "./engines/postgres.ts"],
  ["packages/evals/src/b.ts", "@ratchet/stats"],
];

describe("the layers", () => {
  const tree = mkdtempSync(join(tmpdir(), "ratchet-layers-"));
  let report = "";
  beforeAll(() => {
    const config = JSON.parse(readFileSync(join(root, "biome.json"), "utf8"));
    writeFileSync(join(tree, "biome.json"), JSON.stringify({ ...config, $schema: undefined, vcs: undefined }));
    for (const [file, imported] of [...planted, ...allowed]) {
      mkdirSync(dirname(join(tree, file)), { recursive: true });
      writeFileSync(join(tree, file), `import { thing } from "${imported}";\nexport const kept = thing;\n`);
    }
    report = spawnSync(
      join(root, "node_modules/.bin/biome"),
      ["lint", "--reporter=github", "--max-diagnostics=200", "."],
      { cwd: tree, encoding: "utf8" },
    ).stdout;
  });
  afterAll(() => rmSync(tree, { recursive: true }));

  it("are written into biome.json as scripts/layers.ts says", () => {
    expect(JSON.parse(readFileSync(join(root, "biome.json"), "utf8")).overrides).toEqual(overrides);
  });
  it.each(planted)("refuse %s importing %s", (file) => {
    expect(
      report.split("\n").filter((line) => line.includes("noRestrictedImports") && line.includes(`/${file},`)),
    ).not.toEqual([]);
  });
  it.each(allowed)("allow %s importing %s", (file) => {
    expect(
      report.split("\n").filter((line) => line.includes("noRestrictedImports") && line.includes(`/${file},`)),
    ).toEqual([]);
  });
});

/** Paths of the folders in AGENTS.md's tree: two spaces a level, a name that ends in a slash, then what it holds. */
function readTree(): string[] {
  const text = readFileSync(join(root, "AGENTS.md"), "utf8");
  const tree = /## Tree\n+```\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
  const parents: string[] = [];
  return tree.split("\n").flatMap((line) => {
    const [, indent = "", name] = /^( *)([\w./-]+)\/(?: |$)/.exec(line) ?? [];
    if (name === undefined) return [];
    parents.length = indent.length / 2;
    parents.push(name);
    return [parents.join("/")];
  });
}

function listFolders(group: string): string[] {
  return readdirSync(join(root, group), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^\.|^(node_modules|dist)$/.test(entry.name))
    .map(({ name }) => (group === "" ? name : `${group}/${name}`));
}

describe("the tree in AGENTS.md", () => {
  const tree = readTree();
  it.each(["", "apps", "docs", "packages", "packages/server/src"])("names every folder of ./%s", (group) => {
    expect(tree).toEqual(expect.arrayContaining(listFolders(group)));
  });
  it("names nothing that is not there", () => {
    expect(tree.filter((folder) => !existsSync(join(root, folder)))).toEqual([]);
    expect(tree.length).toBeGreaterThan(20);
  });
});

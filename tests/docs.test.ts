/** What the documents say is there: links, commands, scripts, variables, and the names that code blocks import. */
import { execFile } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { transform } from "esbuild";
import { describe, expect, it } from "vitest";
import { captureRatchet } from "../packages/cli/testing/run-ratchet.ts";
import { readConfig } from "../packages/server/src/config.ts";
import { type Block, readBlocks, readLinks, readRatchetCalls, readTable, toAnchors } from "./read-markdown.ts";

const root = join(import.meta.dirname, "..");
const documents = globSync("**/*.md", { cwd: root, exclude: ["**/node_modules", "**/dist", "**/.*"] }).sort();
const read = (path: string) => readFileSync(join(root, path), "utf8");
const texts = new Map(documents.map((path) => [path, read(path)]));

describe("every document", () => {
  it.each(documents)("%s links to what is there", (path) => {
    const broken = readLinks(texts.get(path) ?? "").filter((link) => {
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? join(root, path) : join(root, dirname(path), decodeURIComponent(file));
      if (!existsSync(target)) return true;
      return anchor !== undefined && !toAnchors(readFileSync(target, "utf8")).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it("names only source files that exist, where it explains the code", () => {
    const sources = globSync("{apps,bench,packages,scripts,tests}/**/*.{ts,tsx}", {
      cwd: root,
      exclude: ["**/node_modules"],
    });
    const explaining = documents.filter((path) => /^(AGENTS|ARCHITECTURE|docs\/decisions\/.*)\.md$/.test(path));
    const missing = explaining.flatMap((path) =>
      [...(texts.get(path) ?? "").matchAll(/`([\w./-]+\.tsx?)`/g)].flatMap(([, name = ""]) =>
        sources.some((source) => `/${source}`.endsWith(`/${name}`)) ? [] : [`${path}: ${name}`],
      ),
    );
    expect(missing).toEqual([]);
  });

  it("names only npm scripts that exist, of its own package or of the root", () => {
    const scriptsOf = (directory: string): Record<string, string> => {
      const file = join(directory, "package.json");
      return existsSync(join(root, file)) ? (JSON.parse(read(file)).scripts ?? {}) : {};
    };
    const missing = documents.flatMap((path) => {
      const known = { ...scriptsOf("."), ...scriptsOf(dirname(path)) };
      const calls = (texts.get(path) ?? "").matchAll(
        /\bnpm (?:run ([a-z:]+)|(start|test)\b)(?: --workspace ([\w./-]+))?/g,
      );
      return [...calls].flatMap(([call, named, short, workspace]) => {
        const script = named ?? short ?? "";
        return script in (workspace ? scriptsOf(workspace) : known) ? [] : [`${path}: ${call}`];
      });
    });
    expect(missing).toEqual([]);
  });

  it("calls the ratchet command as its help says", async () => {
    const calls = documents.flatMap((path) =>
      readRatchetCalls(texts.get(path) ?? "").map((call) => ({ path, ...call })),
    );
    expect(calls.length).toBeGreaterThan(50);
    const helps = new Map<string, string>();
    const faults: string[] = [];
    for (const { path, words, flags, text } of calls) {
      const help = await findHelp(words, helps);
      if (help === undefined) faults.push(`${path}: ${text}: there is no such command`);
      else for (const flag of flags) if (!hasFlag(help, flag)) faults.push(`${path}: ${text}: it has no ${flag}`);
    }
    expect(faults).toEqual([]);
  });
});

/** Flags of every command, told by `ratchet --help` in its last line. */
const commonFlags = new Set(["--help", "--no-color", "--debug", "--version"]);

function hasFlag(help: string, flag: string): boolean {
  // A flag that is on by default is shown as --sample/--no-sample.
  return commonFlags.has(flag) || new RegExp(`[\\s[/]${flag}[\\s\\]/]`).test(help);
}

/** Help of the deepest command that the words name; undefined when they name none. */
async function findHelp(words: string[], known: Map<string, string>): Promise<string | undefined> {
  let found = known.get("") ?? (await askHelp([], known));
  for (let depth = 0; depth < 2; depth++) {
    const subcommands = /^COMMANDS\n((?: +\S.*\n?)+)/m.exec(found)?.[1];
    if (subcommands === undefined) return found;
    const word = words[depth];
    if (word === undefined) return found;
    if (!new RegExp(`^ +${word}\\b`, "m").test(subcommands)) return undefined;
    const path = words.slice(0, depth + 1);
    found = known.get(path.join(" ")) ?? (await askHelp(path, known));
  }
  return found;
}

async function askHelp(path: string[], known: Map<string, string>): Promise<string> {
  const { stdout } = await captureRatchet([...path, "--help"]);
  known.set(path.join(" "), stdout);
  return stdout;
}

describe("environment variables", () => {
  const guide = texts.get("docs/guide/configuration.md") ?? "";
  const sources = globSync(["packages/*/src/**/*.{ts,tsx}", "apps/*/src/**/*.ts"], { cwd: root })
    .filter((path) => !/\.test\.|\/(testing|fixtures)\//.test(path))
    .map(read)
    .join("\n");
  const serverVariables = [
    ...read("packages/server/src/config.ts").matchAll(/^ {2}([A-Z][A-Z_]+): z$|^ {2}([A-Z][A-Z_]+): z\b/gm),
  ]
    .map(([, first, second]) => first ?? second ?? "")
    .sort();
  const documented = (text: string) =>
    readTable(text).flatMap(([name = ""]) => name.match(/\b[A-Z][A-Z_]{3,}\b/g) ?? []);

  it("of the server are in the README and the guide, all of them", () => {
    expect(serverVariables).toContain("RATCHET_DATA_DIR");
    expect(documented(texts.get("README.md") ?? "")).toEqual(expect.arrayContaining(serverVariables));
    expect(documented(guide)).toEqual(expect.arrayContaining(serverVariables));
  });

  it("have the defaults that the README and the guide say", () => {
    const { port, host, logLevel } = readConfig({});
    for (const text of [texts.get("README.md") ?? "", guide]) {
      const rows = new Map(
        readTable(text).map(([name, value]) => [name?.replaceAll("`", ""), value?.replaceAll("`", "")]),
      );
      expect(rows.get("PORT")).toBe(String(port));
      expect(rows.get("HOST")).toBe(host);
      expect(rows.get("RATCHET_LOG_LEVEL")).toMatch(new RegExp(`^${logLevel}`));
      expect(rows.get("RATCHET_DATA_DIR")).toBe(".ratchet");
    }
  });

  it("that documents name are read by the code", () => {
    const named = [...texts.values()].flatMap(
      (text) => text.match(/\b(?:RATCHET|TEAMMATE|GITHUB)_[A-Z_]*[A-Z]\b/g) ?? [],
    );
    expect([...new Set(named)].filter((name) => !new RegExp(`\\b${name}\\b`).test(sources))).toEqual([]);
  });

  it("that the code reads are in the guide, Teammate's in its README", () => {
    const named = new Set(sources.match(/\b(?:RATCHET|TEAMMATE|GITHUB)_[A-Z_]*[A-Z]\b/g));
    const known = new Set([...documented(guide), ...documented(texts.get("apps/teammate/README.md") ?? "")]);
    expect([...named].filter((name) => !known.has(name))).toEqual([]);
  });
});

describe("TypeScript in documents", () => {
  const blocks = documents.flatMap((path) => readBlocks(texts.get(path) ?? "", "ts").map((block) => ({ path, block })));

  it("parses", async () => {
    const faults = await Promise.all(
      blocks.map(async ({ path, block }) => {
        const failed = await transform(block.code, { loader: "ts", format: "esm" }).then(() => "", String);
        return failed === "" ? [] : [`${path}:${block.line}: ${failed}`];
      }),
    );
    expect(faults.flat()).toEqual([]);
  });

  it("type-checks in the README and the guide, and imports only what the packages export everywhere", async () => {
    const whole = blocks.filter(({ path }) => path === "README.md" || path.startsWith("docs/guide/"));
    expect(whole.length).toBeGreaterThan(5);
    const imports = blocks.map(({ block }) => block.code.match(/^import [\s\S]*? from "@ratchet\/.*$/gm) ?? []);
    expect(await checkTypes(whole, imports.flat())).toEqual([]);
  });

  it("traces a first application in the same words in the README, the SDK's and on Home", async () => {
    const [readme] = readBlocks(texts.get("README.md") ?? "", "ts");
    const [sdk] = readBlocks(texts.get("packages/sdk/README.md") ?? "", "ts");
    const home = read("packages/web/src/pages/home/trace-your-app.tsx");
    const [, snippet = ""] = /function snippet[\s\S]*?return `([\s\S]*?)`;\n}/.exec(home) ?? [];
    const shown = snippet
      .replaceAll("\\", "")
      .replace(/\$\{origin\}/, "http://localhost:3000")
      .replace(/\$\{slug\}/, "default");
    expect(shown).toContain("traceable(");
    const reprint = async (code = "") => (await transform(code, { loader: "ts", minifyWhitespace: true })).code;
    expect(await reprint(readme?.code)).toBe(await reprint(shown));
    expect(await reprint(sdk?.code)).toBe(await reprint(shown));
  });
});

/** Blocks of a page are files beside each other, named by a first line such as `// triage.ts`. */
async function checkTypes(whole: { path: string; block: Block }[], imports: string[]): Promise<string[]> {
  // Inside node_modules, so that packages resolve and nothing else sees it.
  const directory = await mkdtemp(join(root, "node_modules/.documents-"));
  try {
    const files = await Promise.all(
      whole.map(async ({ path, block }) => {
        const name = /^\/\/ ([\w.-]+\.ts)$/m.exec(block.code.split("\n")[0] ?? "")?.[1] ?? `line-${block.line}.ts`;
        const file = join(directory, path, name);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, `${block.code}\nexport {};\n`);
        return file;
      }),
    );
    const importing = imports.map(async (line, index) => {
      const file = join(directory, `import-${index}.ts`);
      await writeFile(file, `${line}\n`);
      return file;
    });
    const compilerOptions = {
      noUnusedLocals: false,
      noUnusedParameters: false,
      types: ["node"],
      typeRoots: ["../@types"],
    };
    const config = {
      extends: "../../tsconfig.json",
      compilerOptions,
      files: [...files, ...(await Promise.all(importing))],
    };
    await writeFile(join(directory, "tsconfig.json"), JSON.stringify({ ...config, include: [], exclude: [] }));
    const tsc = join(root, "node_modules/.bin/tsc");
    const run = promisify(execFile)(tsc, ["--project", directory, "--pretty", "false"], { cwd: directory });
    const { stdout } = await run.then(
      () => ({ stdout: "" }),
      (error: { stdout: string }) => error,
    );
    return stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => line.replaceAll(`${relative(root, directory)}/`, ""));
  } finally {
    await rm(directory, { recursive: true });
  }
}

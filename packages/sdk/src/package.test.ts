import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packLibrary } from "../../../scripts/pack.ts";

const root = resolve(import.meta.dirname, "../../..");
const run = promisify(execFile);
const node = (...args: string[]) => run(process.execPath, args, { cwd: directory });
let directory: string;

/** What an application would have after `npm install @ratchet/sdk`: each package by its name, and where it is. */
const installed = new Map<string, string>();

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "ratchet-package-"));
  install("@ratchet/sdk");
});
afterAll(() => rmSync(directory, { recursive: true }));

function install(name: string): void {
  if (installed.has(name)) return;
  const to = join(directory, "node_modules", name);
  mkdirSync(to, { recursive: true });
  if (name.startsWith("@ratchet/")) packLibrary(name.replace("@ratchet", "packages"), to);
  else cpSync(join(root, "node_modules", name), to, { recursive: true });
  installed.set(name, to);
  const manifest = JSON.parse(readFileSync(join(to, "package.json"), "utf8"));
  for (const dependency of Object.keys(manifest.dependencies ?? {})) install(dependency);
  for (const peer of Object.keys(manifest.peerDependencies ?? {})) {
    if (!manifest.peerDependenciesMeta?.[peer]?.optional) install(peer);
  }
}

function sizeBytes(path: string): number {
  if (!statSync(path).isDirectory()) return statSync(path).size;
  return readdirSync(path).reduce((sum, name) => sum + sizeBytes(join(path, name)), 0);
}

describe("the package", () => {
  it("is small: at most 15 packages and 20 MB with all that it brings, and no zod", () => {
    const bytes = [...installed.values()].reduce((sum, path) => sum + sizeBytes(path), 0);
    expect(installed.size).toBeLessThanOrEqual(15);
    expect(bytes).toBeLessThan(20e6);
    expect([...installed.keys()]).not.toContain("zod");
  });

  it("holds nothing that is for this repository only", () => {
    const files = readdirSync(join(directory, "node_modules/@ratchet/sdk"), { recursive: true });
    expect(files.filter((file) => /test|fixtures|tsconfig|src/.test(String(file)))).toEqual([]);
  });

  it("is imported, and required, as one", async () => {
    const call = "console.log(sdk.traceable((x) => x + 1)(1))";
    expect((await node("--input-type=module", "-e", `import * as sdk from "@ratchet/sdk"; ${call}`)).stdout).toBe(
      "2\n",
    );
    expect((await node("-e", `const sdk = require("@ratchet/sdk"); ${call}`)).stdout).toBe("2\n");
  });

  it("says what is missing to whoever reads prompts without Dotprompt, and reads them with it", async () => {
    mkdirSync(join(directory, "prompts"));
    writeFileSync(join(directory, "prompts/say.prompt"), "Say {{it}}");
    const read = `
      import { definePrompts } from "@ratchet/sdk/prompts";
      const prompts = await definePrompts();
      console.log((await prompts.get("say").render({ it: "hi" })).text);
    `;
    await expect(node("--input-type=module", "-e", read)).rejects.toThrow("Cannot find package 'dotprompt'");
    for (const name of ["dotprompt", "yaml"]) {
      if (!existsSync(join(directory, "node_modules", name)))
        symlinkSync(join(root, "node_modules", name), join(directory, "node_modules", name));
    }
    expect((await node("--input-type=module", "-e", read)).stdout).toBe("Say hi\n");
  });

  it("has types that need nothing else", async () => {
    const files = {
      "spans.mts": `
        import { feedback, traceable } from "@ratchet/sdk";
        export const length: number = traceable((text: string) => text.length)("abc");
        export const told: Promise<boolean> = feedback({ traceId: "a", key: "thumbs", score: 1 });
        // @ts-expect-error
        feedback({ traceId: 1, key: "thumbs" });`,
      "prompts.mts": `
        import { definePrompts } from "@ratchet/sdk/prompts";
        export const read = async () => (await definePrompts()).get("say").version satisfies string;`,
    };
    for (const [file, text] of Object.entries(files)) {
      writeFileSync(join(directory, file), text);
      const options = ["--module", "nodenext", "--strict", "--noEmit", "--types", "node"];
      // Dotprompt's own types do not hold when they are checked.
      if (file === "prompts.mts") options.push("--skipLibCheck");
      const tsc = join(root, "node_modules/.bin/tsc");
      const { stdout } = await node(tsc, ...options, "--typeRoots", join(root, "node_modules/@types"), file).catch(
        (error: { stdout: string }) => error,
      );
      expect(stdout).toBe("");
    }
  });
});

/** The application's own prompt files, and the git commit that they are of. */
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type CompiledPrompt, compilePrompt } from "./prompt-file.ts";

export interface LocalPrompt {
  name: string;
  /** As errors name it: relative to the working directory. */
  file: string;
  commit: string | null;
  prompt: CompiledPrompt;
}

/** @throws BrokenPromptError for the first broken file; the file system's error when the directory cannot be read. */
export async function readPromptDirectory(directory: string | URL): Promise<LocalPrompt[]> {
  const root = resolve(directory instanceof URL ? fileURLToPath(directory) : directory);
  const [entries, commitOf] = await Promise.all([
    readdir(root, { recursive: true }).catch((cause: Error) => {
      throw new Error(`the prompt directory ${root} cannot be read: ${cause.message}`, { cause });
    }),
    readCommits(root),
  ]);
  return await Promise.all(
    entries
      .filter((entry) => entry.endsWith(".prompt"))
      .sort()
      .map(async (entry) => {
        const path = entry.split(sep).join("/");
        const name = path.slice(0, -".prompt".length);
        const file = relative(process.cwd(), join(root, entry));
        const content = await readFile(join(root, entry), "utf8");
        return { name, file, commit: commitOf(path), prompt: await compilePrompt(name, content, file) };
      }),
  );
}

const run = promisify(execFile);

/** The commit of a file as it stands; `null` for one that is changed or not in git, or without git at all. */
async function readCommits(root: string): Promise<(path: string) => string | null> {
  const git = async (...args: string[]) => (await run("git", ["-C", root, ...args], { timeout: 2000 })).stdout;
  try {
    const [head, tracked, changed] = await Promise.all([
      git("rev-parse", "HEAD"),
      git("ls-files", "-z").then(toPaths),
      git("diff", "--name-only", "--relative", "-z", "HEAD").then(toPaths),
    ]);
    return (path) => (tracked.has(path) && !changed.has(path) ? head.trim() : null);
  } catch {
    return () => null;
  }
}

function toPaths(zeroSeparated: string): Set<string> {
  return new Set(zeroSeparated.split("\0"));
}

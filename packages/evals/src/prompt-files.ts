/** The `.prompt` files under test: found, named, versioned; and where in the file a mistake is. */
import { createHash } from "node:crypto";
import { glob, readFile, stat } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";

export interface PromptFile {
  /** Path below the directory without `.prompt`, with `/` on every system. */
  readonly name: string;
  /** Absolute. */
  readonly file: string;
  readonly content: string;
  /** First 12 hex digits of the SHA-256 of the content. */
  readonly version: string;
}

/** All prompt files of the directory, by name. */
export async function readPromptFiles(directory: string): Promise<PromptFile[]> {
  const files: string[] = [];
  for await (const path of glob("**/*.prompt", { cwd: directory })) files.push(path);
  return Promise.all(
    files.sort().map(async (path) => {
      const file = join(directory, path);
      const content = await readFile(file, "utf8");
      return {
        name: relative(directory, file).split(sep).join("/").slice(0, -".prompt".length),
        file,
        content,
        version: toPromptVersion(content),
      };
    }),
  );
}

/** The `prompts` directory in the given one, or in the nearest above it that has one. */
export async function findOptionalPromptsDirectory(from: string): Promise<string | undefined> {
  for (let directory = resolve(from); ; directory = dirname(directory)) {
    const candidate = join(directory, "prompts");
    if (await isDirectory(candidate)) return candidate;
    if (dirname(directory) === directory) return undefined;
  }
}

export function toPromptVersion(content: string): string {
  return createHash("sha256").update(content, "utf8").digest("hex").slice(0, 12);
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

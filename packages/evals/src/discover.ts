/** Finds `*.eval.ts` files and the evals that they export. */
import { glob, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Eval, isEval } from "./define-eval.ts";

export interface FoundEval {
  /** Absolute. */
  readonly file: string;
  readonly evaluation: Eval;
}

/** A path that leads to no eval, a file that cannot be loaded, or two evals of one name. */
export class EvalFileError extends Error {
  override readonly name = "EvalFileError";
  readonly code = "eval-file";
}

const ignored = new Set(["node_modules", "dist", ".git", ".ratchet"]);

/**
 * The evals of the given files and directories (by default the working directory), in order of path and export.
 *
 * @throws {EvalFileError}
 */
export async function findEvals(paths: readonly string[], workingDirectory: string): Promise<FoundEval[]> {
  const files = await findEvalFiles(paths, workingDirectory);
  const found: FoundEval[] = [];
  for (const file of files) {
    const exported = Object.values(await load(file)).filter(isEval);
    if (exported.length === 0) {
      throw new EvalFileError(`${file} exports no eval. Export what defineEval(…) returns, by default or by name.`);
    }
    for (const evaluation of new Set(exported)) {
      const twin = found.find((other) => other.evaluation.name === evaluation.name);
      if (twin) {
        throw new EvalFileError(
          `Two evals are named ${evaluation.name} (${twin.file} and ${file}). Rename one: the name ties runs together.`,
        );
      }
      found.push({ file, evaluation });
    }
  }
  return found;
}

async function findEvalFiles(paths: readonly string[], workingDirectory: string): Promise<string[]> {
  const files = new Set<string>();
  for (const path of paths.length > 0 ? paths : ["."]) {
    const absolute = resolve(workingDirectory, path);
    const kind = await stat(absolute).catch(() => undefined);
    if (!kind) throw new EvalFileError(`There is no ${path}. Give eval files (*.eval.ts) or directories.`);
    if (kind.isFile()) files.add(absolute);
    else {
      const inside = glob("**/*.eval.{ts,mts,js,mjs}", { cwd: absolute, exclude: (name) => ignored.has(name) });
      for await (const file of inside) files.add(resolve(absolute, file));
    }
  }
  if (files.size === 0) {
    throw new EvalFileError(
      `No *.eval.ts file in ${paths.length > 0 ? paths.join(", ") : workingDirectory}. Write one: see the README of @ratchet/evals.`,
    );
  }
  return [...files].sort();
}

async function load(file: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (error) {
    throw new EvalFileError(`${file} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

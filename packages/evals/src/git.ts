/** Provenance from git, where there is one. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Checkout {
  /** Top directory of the working tree. */
  readonly root: string;
  /** The checked-out commit, with `-dirty` when tracked files below the directory differ from it. */
  readonly commit: string;
}

/** The working tree that holds the directory; `undefined` outside git or before the first commit. */
export async function findOptionalCheckout(directory: string): Promise<Checkout | undefined> {
  try {
    const [head, changes] = await Promise.all([
      run("git", ["rev-parse", "--show-toplevel", "HEAD"], { cwd: directory }),
      run("git", ["status", "--porcelain", "--untracked-files=no", "."], { cwd: directory }),
    ]);
    const [root, commit] = head.stdout.trim().split("\n");
    if (root === undefined || commit === undefined) return undefined;
    return { root, commit: changes.stdout.trim() === "" ? commit : `${commit}-dirty` };
  } catch {
    return undefined;
  }
}

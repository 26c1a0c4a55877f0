/** Provenance from git, where there is one. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Checkout {
  /** Top directory of the working tree. */
  readonly root: string;
  readonly commit: string;
  /** Whether what was asked about is as the commit has it. */
  readonly isClean: boolean;
}

/**
 * The working tree that holds the directory; `undefined` outside git or before the first commit.
 *
 * @param changesIn Below the directory, files that git does not know yet count as changes; in the whole tree only those
 * that it knows do: notes and output lie about in every tree.
 */
export async function findOptionalCheckout(
  directory: string,
  changesIn: "tree" | "directory",
): Promise<Checkout | undefined> {
  try {
    const head = await run("git", ["rev-parse", "--show-toplevel", "HEAD"], { cwd: directory });
    const [root, commit] = head.stdout.trim().split("\n");
    if (root === undefined || commit === undefined) return undefined;
    const changes =
      changesIn === "tree"
        ? await run("git", ["status", "--porcelain", "--untracked-files=no"], { cwd: root })
        : await run("git", ["status", "--porcelain", "--", "."], { cwd: directory });
    return { root, commit, isClean: changes.stdout.trim() === "" };
  } catch {
    return undefined;
  }
}

/** As experiments and releases name it: `-dirty` says that the tree had changes. */
export function toCommitName(checkout: Checkout | undefined): string | null {
  return checkout === undefined ? null : `${checkout.commit}${checkout.isClean ? "" : "-dirty"}`;
}

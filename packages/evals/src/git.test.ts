import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findOptionalCheckout, toCommitName } from "./git.ts";

describe("provenance from git", () => {
  let root: string;
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], { cwd: root })
      .toString()
      .trim();
  beforeAll(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), "ratchet-git-")));
    await mkdir(join(root, "prompts"));
    await writeFile(join(root, "prompts/say.prompt"), "Say");
    await writeFile(join(root, "code.ts"), "1");
  });
  afterAll(() => rm(root, { recursive: true }));

  it("is absent outside git and before the first commit", async () => {
    expect(await findOptionalCheckout(root, "tree")).toBeUndefined();
    git("init", "-q");
    expect(await findOptionalCheckout(root, "tree")).toBeUndefined();
    expect(toCommitName(undefined)).toBeNull();
  });

  it("tells changes of the code from changes of the prompts", async () => {
    git("add", "-A");
    git("commit", "-qm", "first");
    const commit = git("rev-parse", "HEAD");
    const prompts = join(root, "prompts");
    expect(await findOptionalCheckout(prompts, "tree")).toEqual({ root, commit, isClean: true });

    await writeFile(join(root, "code.ts"), "2");
    expect(toCommitName(await findOptionalCheckout(prompts, "tree"))).toBe(`${commit}-dirty`);
    expect(await findOptionalCheckout(prompts, "directory")).toMatchObject({ isClean: true });

    await writeFile(join(prompts, "new.prompt"), "Shout");
    expect(await findOptionalCheckout(prompts, "directory")).toMatchObject({ isClean: false });
  });
});

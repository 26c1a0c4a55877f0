import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { applyChange, changes } from "./changes.ts";
import { promptsDirectory } from "./run-eval.ts";

const content = readFileSync(join(promptsDirectory, "issue.prompt"), "utf8");

/** Header, as data, and template of a prompt file. */
function readPrompt(file: string) {
  const [, header = "", template] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(file) ?? [];
  const { config, ...rest } = parse(header);
  return { config, rest, template };
}

describe("a change of the sample's engineer", () => {
  it.each(Object.entries(changes))("%s changes the settings that it names and nothing else", (_, change) => {
    const before = readPrompt(content);
    const after = readPrompt(applyChange(content, change));
    expect(after).toEqual({ ...before, config: { ...before.config, ...change.config } });
    expect(after.config).not.toEqual(before.config);
  });

  it("keeps comments, so that a diff shows the change alone", () => {
    const before = new Set(content.split("\n"));
    const added = applyChange(content, changes.labelLess)
      .split("\n")
      .filter((line) => !before.has(line));
    expect(added).toEqual(["  labelThreshold: 0.7"]);
  });

  it("can be made twice, and after another", () => {
    const once = applyChange(content, changes.boundInput);
    expect(applyChange(once, changes.boundInput)).toBe(once);
    expect(readPrompt(applyChange(once, changes.labelLess)).config).toMatchObject({
      maxInputChars: 2000,
      labelThreshold: 0.7,
    });
  });
});

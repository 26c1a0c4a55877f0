import { describe, expect, it } from "vitest";
import { parsePromptFile } from "./prompt-file.ts";

/** Each line is nine times the one before: 59,049 values in the end. */
const unfolding = ["a: &a [x]", ..."bcdef"]
  .map((name, index) =>
    index === 0 ? name : `${name}: &${name} [${`*${String.fromCharCode(96 + index)},`.repeat(9)}]`,
  )
  .join("\n")
  .concat("\n");

describe("a .prompt file", () => {
  it("has front matter and a template", () => {
    const file = parsePromptFile("a.prompt", "---\nmodel: openai/gpt-5\nconfig:\n  limit: 3\n---\nHello {{name}}\n");
    expect(file).toEqual({
      frontMatter: { model: "openai/gpt-5", config: { limit: 3 } },
      template: "Hello {{name}}\n",
    });
  });

  it("may be a template alone, or have empty front matter", () => {
    expect(parsePromptFile("a.prompt", "Hello")).toEqual({ frontMatter: {}, template: "Hello" });
    expect(parsePromptFile("a.prompt", "---\n---\nHello")).toEqual({ frontMatter: {}, template: "Hello" });
  });

  it.each([
    ["---\nmodel: [a\n---\nx", "a.prompt:3:"],
    ["---\nmodel: a\nx", "a.prompt:1: the front matter has no closing"],
    ["---\n- a\n---\nx", "a.prompt:2: the front matter must be a mapping"],
    ["---\nmodel: a\n---\nfine\n{{#if}}", "a.prompt:5:"],
    [`---\n${unfolding}---\nx`, "a.prompt:2: Excessive alias count"],
    [`---\nmodel: a\n---\n${"{{#if a}}".repeat(5000)}`, "a.prompt:4: blocks nest deeper than 100 levels"],
  ])("that is broken is refused with its line, case %#", (content, message) => {
    expect(() => parsePromptFile("a.prompt", content)).toThrow(message);
  });
});

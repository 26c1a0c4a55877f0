import { describe, expect, it } from "vitest";
import { parsePromptFile } from "./prompt-file.ts";

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
  ])("that is broken is refused with its line: %j", (content, message) => {
    expect(() => parsePromptFile("a.prompt", content)).toThrow(message);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { previewPayload } from "./preview-payload.ts";

describe("the line that lists show of a payload", () => {
  it.each([
    ["plain text as it is", "Why is the sky blue?", "Why is the sky blue?"],
    ["text that begins with a bracket", "[INFO] started in 3 s", "[INFO] started in 3 s"],
    ["what JSON says", '{"event":"issues.opened","title":"Crash on start"}', "Crash on start"],
    ["a list of messages", '[{"role":"user","content":"Hi"},{"role":"user","content":"there"}]', "Hi · there"],
    ["a number", "42", "42"],
    ["nothing of an empty object", "{}", ""],
    ["the strings of JSON that was cut off", '{"repo":"a/b","n":7,"title":"Crash\\non st', "Crash on st"],
    ["all its strings where no key tells", '{"repo":"a/b","tags":["x","y"],"n":7,', "a/b · x · y"],
  ])("is %s", (_what, content, preview) => {
    expect(previewPayload(content)).toBe(preview);
  });

  it("is read from the beginning alone when the JSON is large", () => {
    const large = JSON.stringify({ title: "Crash on start", log: "x".repeat(4_000_000) });
    expect(previewPayload(large)).toBe("Crash on start");
  });

  it("is never longer than 200 characters, and never half a character", () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string({ unit: "binary", maxLength: 500 })), (content) => {
        const preview = previewPayload(content);
        return preview.length <= 200 && preview.isWellFormed();
      }),
      { seed: 1 },
    );
  });
});

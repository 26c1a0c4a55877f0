import { describe, expect, it } from "vitest";
import { textOfJson } from "./json-text.ts";

describe("JSON as comparable text", () => {
  it("does not depend on the order of keys, at any depth", () => {
    expect(textOfJson({ b: [{ d: 1, c: 2 }], a: 1 })).toBe(textOfJson({ a: 1, b: [{ c: 2, d: 1 }] }));
  });

  it("leaves a string as it is, and nothing as nothing", () => {
    expect(textOfJson("plain\ntext")).toBe("plain\ntext");
    expect(textOfJson(null)).toBe("");
  });
});

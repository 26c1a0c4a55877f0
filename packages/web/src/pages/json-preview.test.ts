import { describe, expect, it } from "vitest";
import { previewOf } from "./json-preview.ts";

describe("a preview of a case's input", () => {
  it("shows text as it is, on one line", () => {
    expect(previewOf("How do I\n  get a refund?")).toBe("How do I get a refund?");
  });

  it("shows what an object says rather than its brackets and keys", () => {
    expect(previewOf({ question: "Refund?", labels: ["billing", "paid"], bot: false, parent: null })).toBe(
      "Refund? · billing · paid · false",
    );
  });

  it("stays short, however large the value is", () => {
    expect(previewOf(Array.from({ length: 10_000 }, () => "x".repeat(1000))).length).toBeLessThanOrEqual(300);
  });
});

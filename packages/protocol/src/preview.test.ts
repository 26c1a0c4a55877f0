import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { previewOf } from "./preview.ts";
import type { Json } from "./scalars.ts";

describe("a preview of a value", () => {
  it("shows text as it is, on one line", () => {
    expect(previewOf("How do I\n  get a refund?", 200)).toBe("How do I get a refund?");
  });

  it("shows what a person would read first, wherever it stands", () => {
    const event = { event: "issues.opened", repository: "acme/app", issue: { number: 7, title: "Crash on start" } };
    expect(previewOf(event, 200)).toBe("Crash on start");
    expect(previewOf([{ role: "user", content: "Refund?" }], 200)).toBe("Refund?");
    expect(previewOf({ action: "label", labels: ["bug", "docs"], method: "baseline" }, 200)).toBe("label · bug · docs");
    expect(previewOf({ labels: ["bug"], proposed: { labels: ["bug"] } }, 200)).toBe("bug");
  });

  it("shows all scalars of a value without telling keys", () => {
    expect(previewOf({ repo: "acme/app", tags: ["billing", "paid"], bot: false, parent: null, spent: 0 }, 200)).toBe(
      "acme/app · billing · paid · false · 0",
    );
  });

  it("stays short and whole, whatever the value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 1, max: 50 }), (value, max) => {
        const preview = previewOf(value as Json, max);
        return preview.length <= max && preview.isWellFormed() && !/[\n\t]/.test(preview);
      }),
      { seed: 1 },
    );
    expect(
      previewOf(
        Array.from({ length: 100_000 }, () => "x".repeat(1000)),
        300,
      ),
    ).toHaveLength(300);
  });

  it("survives a value that is nested very deeply", () => {
    let value: Json = "deep";
    for (let depth = 0; depth < 100_000; depth++) value = [value];
    expect(previewOf(value, 200)).toBe("");
  });
});

import type { TreeRow } from "@ratchet/protocol";
import { describe, expect, it } from "vitest";
import { stepByKey } from "./step-by-key.ts";
import { withoutClosed } from "./tree-rows.ts";

const row = (spanId: string, parentSpanId: string | null, depth: number, childCount: number) =>
  ({ spanId, parentSpanId, depth, childCount }) as TreeRow;
const rows = [row("root", null, 0, 2), row("a", "root", 1, 1), row("a1", "a", 2, 0), row("b", "root", 1, 0)];
const press = (key: string, from: string, closed: string[] = []) => {
  const shown = withoutClosed(rows, new Set(closed));
  const at = shown.findIndex(({ spanId }) => spanId === from);
  const step = stepByKey(key, { at, count: shown.length, row: shown[at] }, new Set(closed));
  if (step?.action === "move") return `select ${shown[step.index]?.spanId}`;
  return step && `${step.action} ${step.spanId}`;
};

describe("keys in the tree of spans", () => {
  it("walk the shown rows and stop at both ends", () => {
    expect(press("ArrowDown", "a")).toBe("select a1");
    expect(press("ArrowDown", "a", ["a"])).toBe("select b");
    expect(press("ArrowDown", "b")).toBe("select b");
    expect(press("ArrowUp", "root")).toBe("select root");
    expect(press("End", "root")).toBe("select b");
    expect(press("PageUp", "b")).toBe("select root");
  });

  it("open and close with right and left, then move on to child and parent", () => {
    expect(press("ArrowRight", "a", ["a"])).toBe("open a");
    expect(press("ArrowRight", "a")).toBe("select a1");
    expect(press("ArrowRight", "b")).toBeUndefined();
    expect(press("ArrowLeft", "a")).toBe("close a");
    expect(press("ArrowLeft", "a", ["a"])).toBe("select root");
    expect(press("ArrowLeft", "root", ["root"])).toBeUndefined();
  });

  it("go to rows that are not loaded yet by their place", () => {
    const huge = { at: -1, count: 100_000, row: undefined };
    expect(stepByKey("End", huge, new Set())).toEqual({ action: "move", index: 99_999 });
    expect(stepByKey("ArrowRight", huge, new Set())).toBeUndefined();
    expect(stepByKey("End", { ...huge, count: 0 }, new Set())).toBeUndefined();
  });

  it("leave other keys to the page", () => {
    expect(press("j", "a")).toBeUndefined();
  });
});

import type { SpanSummary } from "@ratchet/protocol";
import { describe, expect, it } from "vitest";
import { toSpanRows, withoutClosed } from "./span-tree.ts";
import { stepByKey } from "./step-by-key.ts";

const span = (spanId: string, parentSpanId: string | null, fromMs: number) =>
  ({ spanId, parentSpanId, startTime: new Date(fromMs).toISOString(), durationMs: 1 }) as SpanSummary;
const rows = toSpanRows([span("root", null, 0), span("a", "root", 1), span("a1", "a", 2), span("b", "root", 3)]);
const press = (key: string, at: string, closed: string[] = []) => {
  const shown = withoutClosed(rows, new Set(closed));
  const index = shown.findIndex((row) => row.span.spanId === at);
  const step = stepByKey(key, shown, index, new Set(closed));
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

  it("leave other keys to the page", () => {
    expect(press("j", "a")).toBeUndefined();
  });
});

import type { SpanSummary } from "@ratchet/protocol";
import { describe, expect, it } from "vitest";
import { chooseFirstSpan, shareByKind, toSpanRows, withoutClosed } from "./span-tree.ts";

const startMs = Date.parse("2026-11-24T05:00:00.000Z");

function span(
  spanId: string,
  parentSpanId: string | null,
  fromMs: number,
  durationMs: number,
  rest: Partial<SpanSummary> = {},
) {
  return {
    spanId,
    parentSpanId,
    name: spanId,
    kind: "chain",
    status: "ok",
    startTime: new Date(startMs + fromMs).toISOString(),
    durationMs,
    ...rest,
  } as SpanSummary;
}

describe("the spans of a trace", () => {
  it("stand below their parents, in order of their start", () => {
    const rows = toSpanRows([span("late", "root", 50, 10), span("early", "root", 10, 10), span("root", null, 0, 100)]);
    expect(rows.map((row) => [row.span.spanId, row.depth, row.offset, row.share])).toEqual([
      ["root", 0, 0, 1],
      ["early", 1, 0.1, 0.1],
      ["late", 1, 0.5, 0.1],
    ]);
  });

  it("are all shown, also when a parent never came or parents form a circle", () => {
    const rows = toSpanRows([
      span("orphan", "gone", 0, 5),
      span("a", "b", 0, 5),
      span("b", "a", 1, 5),
      span("c", "c", 2, 5),
    ]);
    expect(rows.map((row) => row.span.spanId).sort()).toEqual(["a", "b", "c", "orphan"]);
  });

  it("may nest 50,000 deep", () => {
    const chain = Array.from({ length: 50_000 }, (_, index) =>
      span(`s${index}`, index === 0 ? null : `s${index - 1}`, index, 1),
    );
    expect(toSpanRows(chain).at(-1)?.depth).toBe(49_999);
  });

  it("hide what is below a closed one, and nothing else", () => {
    const rows = toSpanRows([
      span("root", null, 0, 100),
      span("a", "root", 0, 10),
      span("a1", "a", 0, 5),
      span("a2", "a1", 0, 5),
      span("b", "root", 20, 10),
    ]);
    expect(withoutClosed(rows, new Set(["a", "a1"])).map((row) => row.span.spanId)).toEqual(["root", "a", "b"]);
  });

  it("open at the failing one furthest down, and at the root when none fails", () => {
    const failed = { status: "error" } as const;
    const rows = toSpanRows([
      span("root", null, 0, 100, failed),
      span("fine", "root", 0, 10),
      span("step", "root", 10, 50),
      span("model", "step", 12, 20, failed),
    ]);
    expect(chooseFirstSpan(rows)).toBe("model");
    expect(chooseFirstSpan(toSpanRows([span("root", null, 0, 1)]))).toBe("root");
    expect(chooseFirstSpan([])).toBeUndefined();
  });

  it("divide the time by kind: a parent has only the time that none of its children fills", () => {
    const rows = toSpanRows([
      span("root", null, 0, 100),
      span("model", "root", 0, 50, { kind: "llm" }),
      span("tool", "root", 40, 30, { kind: "tool" }),
    ]);
    expect(shareByKind(rows)).toEqual([
      { kind: "llm", share: expect.closeTo(50 / 110, 9) },
      { kind: "chain", share: expect.closeTo(30 / 110, 9) },
      { kind: "tool", share: expect.closeTo(30 / 110, 9) },
    ]);
  });
});

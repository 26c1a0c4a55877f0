import { describe, expect, it } from "vitest";
import { makeSpan } from "../../testing/make-span.ts";
import { createDuplicateFinder } from "./duplicates.ts";
import type { Span } from "./span.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const usage = { inputTokens: 100, outputTokens: 10, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };
const makeCall = (spanId: string, facts: Partial<Span> = {}) =>
  makeSpan({ traceId, spanId, model: "m", usage, ...facts });
/** What each is marked as, in the order in which they are stored. */
const judgeAll = (...spans: Span[]) => {
  const finder = createDuplicateFinder();
  return spans.map((span) => {
    const { duplicateOf } = finder.judge(span);
    finder.settle(span, true);
    return duplicateOf;
  });
};

describe("two spans of one call", () => {
  it("are known by the id of their answer, wherever they are in the trace", () => {
    const [one, other] = [makeCall("a", { responseId: "r" }), makeCall("b", { responseId: "r", model: "m-2026" })];
    expect(judgeAll(one, other)).toEqual([null, "a"]);
    expect(judgeAll(other, one)).toEqual([null, "b"]);
    expect(judgeAll(one, { ...other, traceId: "0".repeat(31).concat("1") })).toEqual([null, null]);
  });

  it("are known without ids as parent and child with the same model and counts", () => {
    const parent = makeCall("a", { responseId: "r" });
    const child = makeCall("b", { parentSpanId: "a" });
    expect(judgeAll(parent, child)).toEqual([null, "a"]);
    expect(judgeAll(child, parent)).toEqual([null, "b"]);
  });

  it.each<[string, Partial<Span>]>([
    ["another model", { model: "other" }],
    ["other counts", { usage: { ...usage, outputTokens: 11 } }],
    ["no counts", { usage: null, costUsd: 1 }],
    [
      "a start after its parent's end",
      { startMicros: makeSpan({}).endMicros + 1, endMicros: makeSpan({}).endMicros + 2 },
    ],
    ["an answer of its own", { responseId: "other" }],
    ["another kind", { kind: "agent" }],
    ["a sibling's place", { parentSpanId: "c" }],
  ])("are two calls where the child has %s", (_, facts) => {
    const [parent, child] = [makeCall("a", { responseId: "r" }), makeCall("b", { parentSpanId: "a", ...facts })];
    expect(judgeAll(parent, child)).toEqual([null, null]);
    expect(judgeAll(child, parent)).toEqual([null, null]);
  });

  it("count once where three instrumentations wrap each other, in any order", () => {
    const three = [makeCall("a"), makeCall("b", { parentSpanId: "a" }), makeCall("c", { parentSpanId: "b" })];
    for (const order of [three, three.toReversed()]) {
      const [first] = order;
      expect(judgeAll(...order)).toEqual([null, first?.spanId, first?.spanId]);
    }
  });

  it("keep their verdict when they are sent again, and when one started before", () => {
    const [one, other] = [makeCall("a", { responseId: "r" }), makeCall("b", { responseId: "r" })];
    const running: Span = { ...other, status: "running", endMicros: 0, usage: null };
    expect(judgeAll(running, one, other, one, running, other)).toEqual([null, null, "a", null, null, "a"]);
  });

  it("leaves the counting to the one that says what was used", () => {
    const silent = makeCall("a", { responseId: "r", usage: null });
    expect(judgeAll(silent, makeCall("b", { responseId: "r" }))).toEqual([null, null]);
  });

  it("forgets what could not be stored, but not what an earlier copy had stored", () => {
    const finder = createDuplicateFinder();
    const [one, other] = [makeCall("a", { responseId: "r" }), makeCall("b", { responseId: "r" })];
    finder.judge(one);
    finder.settle(one, false);
    expect(finder.judge(other).duplicateOf).toBeNull();
    finder.settle(other, true);
    finder.judge(other);
    finder.settle(other, false);
    expect(finder.judge(one).duplicateOf).toBe("b");
  });

  it("lets the first count although its insert failed after another was marked as its duplicate", () => {
    const finder = createDuplicateFinder();
    const [one, other] = [makeCall("a"), makeCall("b", { parentSpanId: "a" })];
    finder.judge(one);
    expect(finder.judge(other).duplicateOf).toBe("a");
    finder.settle(other, true);
    finder.settle(one, false);
    expect(finder.judge(one).duplicateOf).toBeNull();
  });
});

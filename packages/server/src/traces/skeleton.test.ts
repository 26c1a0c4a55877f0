import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareIds, packIds, unpackId } from "./id-index.ts";
import {
  buildSkeleton,
  countShown,
  findRow,
  hideBelow,
  listShown,
  placeAmongShown,
  type SpanColumns,
  spanIdOf,
} from "./skeleton.ts";

interface Given {
  id: string;
  parentId: string | null;
  start: number;
  end?: number;
  version?: number;
  isFailed?: boolean;
  /** Index into the kinds: 0 agent, 1 llm, 2 tool. */
  kind?: number;
}

const toId = (number: number) => number.toString(16).padStart(16, "0");

function toColumns(spans: readonly Given[]): SpanColumns {
  return {
    ids: packIds(spans.map(({ id }) => id)),
    parentIds: packIds(spans.map(({ parentId }) => parentId)),
    starts: Float64Array.from(spans, ({ start }) => start),
    ends: Float64Array.from(spans, ({ start, end = start + 1 }) => end),
    versions: Float64Array.from(spans, ({ version = 1 }) => version),
    kinds: Uint8Array.from(spans, ({ kind = 0 }) => kind),
    isFailed: Uint8Array.from(spans, ({ isFailed = false }) => Number(isFailed)),
  };
}

const build = (spans: readonly Given[]) => buildSkeleton(toColumns(spans), 1000);

/** The rule in its simplest form; slow, and it overflows the stack on a deep trace. */
function layOutSimply(copies: readonly Given[]): [id: string, depth: number, childCount: number][] {
  const newest = copies.filter(
    (copy, at) =>
      !copies.some(
        (other, otherAt) =>
          other.id === copy.id &&
          ((other.version ?? 1) > (copy.version ?? 1) || (other.version === copy.version && otherAt < at)),
      ),
  );
  const spans = newest.toSorted((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1));
  const known = new Set(spans.map(({ id }) => id));
  const rows: [string, number, number][] = [];
  const seen = new Set<string>();
  const visit = (span: Given, depth: number): boolean => {
    if (seen.has(span.id)) return false;
    seen.add(span.id);
    const row: [string, number, number] = [span.id, depth, 0];
    rows.push(row);
    for (const child of spans) if (child.parentId === span.id && visit(child, depth + 1)) row[2]++;
    return true;
  };
  for (const span of spans) {
    if (span.parentId === null || span.parentId === span.id || !known.has(span.parentId)) visit(span, 0);
  }
  for (const span of spans) visit(span, 0);
  return rows;
}

/** Few ids and starts, so that orphans, circles, copies and ties are common. */
const anySpans = fc.array(
  fc.record({
    id: fc.integer({ min: 1, max: 14 }).map(toId),
    parentId: fc.option(fc.integer({ min: 1, max: 16 }).map(toId)),
    start: fc.integer({ min: 0, max: 6 }),
    version: fc.integer({ min: 1, max: 3 }),
  }),
  { maxLength: 24 },
);

describe("the skeleton of a trace", () => {
  it("has the rows that the rule in its simplest form gives, whatever parents spans name and in whatever order they come", () => {
    fc.assert(
      fc.property(anySpans, (spans) => {
        const skeleton = build(spans);
        const rows = Array.from({ length: skeleton.rowCount }, (_, row) => [
          spanIdOf(skeleton, row),
          skeleton.layout.depths[row],
          skeleton.layout.childCounts[row],
        ]);
        expect(rows).toEqual(layOutSimply(spans));
      }),
      { seed: 4, numRuns: 2000 },
    );
  });

  it("counts below each row exactly the rows that follow it deeper", () => {
    fc.assert(
      fc.property(anySpans, (spans) => {
        const { layout, rowCount } = build(spans);
        for (let row = 0; row < rowCount; row++) {
          let end = row + 1;
          while (end < rowCount && (layout.depths[end] ?? 0) > (layout.depths[row] ?? 0)) end++;
          expect(layout.descendantCounts[row]).toBe(end - row - 1);
        }
      }),
      { seed: 4, numRuns: 500 },
    );
  });

  it("shows under closed spans what an open tree shows without the rows below them, in windows that add up", () => {
    const closing = fc.array(fc.integer({ min: 1, max: 16 }).map(toId), { maxLength: 5 });
    fc.assert(
      fc.property(anySpans, closing, fc.integer({ min: 1, max: 7 }), (spans, closed, limit) => {
        const skeleton = build(spans);
        const { depths } = skeleton.layout;
        const expected: number[] = [];
        let hiddenBelow = Number.POSITIVE_INFINITY;
        for (let row = 0; row < skeleton.rowCount; row++) {
          if ((depths[row] ?? 0) > hiddenBelow) continue;
          hiddenBelow = closed.includes(spanIdOf(skeleton, row)) ? (depths[row] ?? 0) : Number.POSITIVE_INFINITY;
          expected.push(row);
        }
        const hidden = hideBelow(skeleton, closed);
        const shown: number[] = [];
        for (let at = 0; at <= expected.length; at += limit) shown.push(...listShown(skeleton, hidden, at, limit));
        expect(shown).toEqual(expected);
        expect(countShown(skeleton, hidden)).toBe(expected.length);
        for (let row = 0; row < skeleton.rowCount; row++) {
          const standIn = expected.findLast((other) => other <= row) ?? -1;
          expect(placeAmongShown(row, hidden)).toBe(expected.indexOf(standIn));
          expect(findRow(skeleton, spanIdOf(skeleton, row))).toBe(row);
        }
      }),
      { seed: 4, numRuns: 500 },
    );
  });

  it("nests 100,000 deep, and takes a circle of as many", () => {
    const chain = Array.from({ length: 100_000 }, (_, at) => ({
      id: toId(at + 1),
      parentId: at === 0 ? null : toId(at),
      start: at,
    }));
    const { layout, rowCount } = build(chain);
    expect([layout.depths[99_999], layout.descendantCounts[0], rowCount]).toEqual([99_999, 99_999, 100_000]);
    const circle = build(chain.map((span, at) => (at === 0 ? { ...span, parentId: toId(100_000) } : span)));
    expect([circle.layout.depths[99_999], circle.isRootReceived]).toEqual([99_999, false]);
  });

  it("marks what names a parent that has not come, and knows whether a root has", () => {
    const skeleton = build([
      { id: toId(1), parentId: toId(9), start: 1 },
      { id: toId(2), parentId: toId(1), start: 2 },
    ]);
    expect([...skeleton.isOrphan]).toEqual([1, 0]);
    expect(skeleton.isRootReceived).toBe(false);
    expect(build([{ id: toId(1), parentId: null, start: 1 }]).isRootReceived).toBe(true);
  });

  it("points at the failing span furthest down, and at none when none fails", () => {
    const spans: Given[] = [
      { id: toId(1), parentId: null, start: 0, isFailed: true },
      { id: toId(2), parentId: toId(1), start: 1 },
      { id: toId(3), parentId: toId(1), start: 2 },
      { id: toId(4), parentId: toId(3), start: 3, isFailed: true },
      { id: toId(5), parentId: toId(3), start: 4, isFailed: true },
    ];
    expect(build(spans).extent.failingRow).toBe(3);
    expect(build(spans.slice(1, 3)).extent.failingRow).toBe(-1);
  });

  it("divides the time by kind: a parent has only the time that none of its children fills", () => {
    const { extent } = build([
      { id: toId(1), parentId: null, start: 0, end: 100 },
      { id: toId(2), parentId: toId(1), start: 0, end: 50, kind: 1 },
      { id: toId(3), parentId: toId(1), start: 40, end: 70, kind: 2 },
    ]);
    expect(extent.timeByKind).toEqual([
      { kind: "llm", share: expect.closeTo(50 / 110, 9) },
      { kind: "agent", share: expect.closeTo(30 / 110, 9) },
      { kind: "tool", share: expect.closeTo(30 / 110, 9) },
    ]);
  });

  it("runs until now while one of its spans does", () => {
    const spans = [
      { id: toId(1), parentId: null, start: 10, end: 0 },
      { id: toId(2), parentId: toId(1), start: 20, end: 50 },
    ];
    expect(build(spans).extent).toMatchObject({ startMicros: 10, endMicros: 0, runningCount: 1 });
    expect(build(spans.slice(1)).extent).toMatchObject({ startMicros: 20, endMicros: 50, runningCount: 0 });
  });
});

describe("a span id", () => {
  it("is the same after packing, and keeps its place in order", () => {
    const anyId = fc.oneof(
      fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }).map((id) => id.toString(16).padStart(16, "0")),
      fc.bigInt({ min: 2n ** 64n, max: 2n ** 128n - 1n }).map((id) => id.toString(16).padStart(32, "0")),
    );
    fc.assert(
      fc.property(anyId, anyId, (a, b) => {
        const packed = packIds([a, b]);
        expect([unpackId(packed, 0), unpackId(packed, 1)]).toEqual([a, b]);
        const [first, second] = [BigInt(`0x${a}`), BigInt(`0x${b}`)];
        expect(Math.sign(compareIds(packed, 0, 1))).toBe(first < second ? -1 : first > second ? 1 : 0);
      }),
      { seed: 4 },
    );
  });
});

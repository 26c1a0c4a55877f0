/** What the tree tells of the whole trace: its extent, where its time went, and what to look at first. */
import { type SpanKind, spanKinds } from "@ratchet/protocol";
import type { TreeLayout } from "./lay-tree.ts";

/** Of spans in order of their start; index by index the same span. */
export interface TreeColumns {
  /** Microseconds since 1970. */
  starts: Float64Array;
  /** 0 while it runs. */
  ends: Float64Array;
  /** Indexes into `spanKinds`. */
  kinds: Uint8Array;
  isFailed: Uint8Array;
}

/** Of the open tree. */
export interface Extent {
  startMicros: number;
  /** 0 while a span runs. */
  endMicros: number;
  runningCount: number;
  /** The failing span furthest down, the first of these; -1 when none fails. */
  failingRow: number;
  /** Largest first, summing to 1. */
  timeByKind: { kind: SpanKind; share: number }[];
}

/** @param nowMicros The end of what still runs. */
export function measureTree(layout: TreeLayout, columns: TreeColumns, nowMicros: number): Extent {
  const { starts, ends, isFailed } = columns;
  let runningCount = 0;
  let lastEnd = 0;
  let failingRow = -1;
  layout.spans.forEach((span, row) => {
    const end = ends[span] as number;
    if (end === 0) runningCount++;
    else lastEnd = Math.max(lastEnd, end);
    if (isFailed[span] && (failingRow < 0 || depthOf(layout, row) > depthOf(layout, failingRow))) failingRow = row;
  });
  return {
    startMicros: starts[0] ?? 0,
    endMicros: runningCount > 0 ? 0 : lastEnd,
    runningCount,
    failingRow,
    timeByKind: divideTime(layout, columns, nowMicros),
  };
}

/** Each span has the time that none of its children fills. */
function divideTime(layout: TreeLayout, { starts, ends, kinds }: TreeColumns, nowMicros: number) {
  const endOf = (span: number) => Math.max(starts[span] as number, ends[span] || nowMicros);
  const coveredUntil = new Float64Array(layout.spans.length);
  const covered = new Float64Array(layout.spans.length);
  // Siblings come in order of their start, so the union of their times grows from left to right.
  layout.spans.forEach((span, row) => {
    const parent = layout.parents[row] as number;
    if (parent < 0) return;
    const until = coveredUntil[parent] as number;
    covered[parent] = (covered[parent] as number) + Math.max(0, endOf(span) - Math.max(until, starts[span] as number));
    coveredUntil[parent] = Math.max(until, endOf(span));
  });
  const ownMicros = new Float64Array(spanKinds.length);
  layout.spans.forEach((span, row) => {
    const kind = kinds[span] as number;
    const own = endOf(span) - (starts[span] as number) - (covered[row] as number);
    ownMicros[kind] = (ownMicros[kind] as number) + Math.max(0, own);
  });
  const total = ownMicros.reduce((sum, micros) => sum + micros, 0);
  return spanKinds
    .map((kind, index) => ({ kind, share: total > 0 ? (ownMicros[index] as number) / total : 0 }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share);
}

function depthOf(layout: TreeLayout, row: number): number {
  return layout.depths[row] as number;
}

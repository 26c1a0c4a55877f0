/** The spans of a trace as rows of a tree, with their place on the time axis. Linear in the number of spans, any depth. */
import type { SpanSummary } from "@ratchet/protocol";

export interface SpanRow {
  span: SpanSummary;
  /** 0 for a root. */
  depth: number;
  parentId: string | null;
  childCount: number;
  /** Where the bar begins and how long it is, as shares of the whole trace in [0,1]. */
  offset: number;
  share: number;
  /** From the start of the trace. */
  offsetMs: number;
}

/**
 * All rows in order: parents before their children, children by their start. A span whose parent has not arrived
 * stands at the top level, and so does one that a cycle of parents would hide.
 */
export function toSpanRows(spans: readonly SpanSummary[]): SpanRow[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const children = Map.groupBy(spans, ({ spanId, parentSpanId }) =>
    parentSpanId !== null && ids.has(parentSpanId) && parentSpanId !== spanId ? parentSpanId : null,
  );
  for (const siblings of children.values()) siblings.sort((a, b) => startOf(a) - startOf(b));
  const { startMs, totalMs } = extentOf(spans);
  const rows: SpanRow[] = [];
  const seen = new Set<string>();
  const visit = (roots: readonly SpanSummary[]) => {
    // A stack of its own: a chain of 100,000 spans would overflow the call stack.
    const stack = roots.toReversed().map((span) => ({ span, depth: 0 }));
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      const { span, depth } = top;
      if (seen.has(span.spanId)) continue;
      seen.add(span.spanId);
      const below = children.get(span.spanId) ?? [];
      const offsetMs = startOf(span) - startMs;
      rows.push({
        span,
        depth,
        parentId: depth === 0 ? null : span.parentSpanId,
        childCount: below.length,
        offset: totalMs > 0 ? offsetMs / totalMs : 0,
        share: totalMs > 0 ? span.durationMs / totalMs : 1,
        offsetMs,
      });
      for (const child of below.toReversed()) stack.push({ span: child, depth: depth + 1 });
    }
  };
  visit(children.get(null) ?? []);
  if (rows.length < spans.length) visit(spans);
  return rows;
}

/** The rows without those below a closed span. */
export function withoutClosed(rows: readonly SpanRow[], closed: ReadonlySet<string>): SpanRow[] {
  const shown: SpanRow[] = [];
  let hiddenBelow = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    if (row.depth > hiddenBelow) continue;
    hiddenBelow = closed.has(row.span.spanId) ? row.depth : Number.POSITIVE_INFINITY;
    shown.push(row);
  }
  return shown;
}

/** What to look at first: the failing span furthest down, where the cause is; the root when none fails. */
export function chooseFirstSpan(rows: readonly SpanRow[]): string | undefined {
  let chosen = rows[0];
  for (const row of rows) {
    if (row.span.status !== "error") continue;
    if (chosen?.span.status !== "error" || row.depth > chosen.depth) chosen = row;
  }
  return chosen?.span.spanId;
}

/** How the time divides over the kinds of spans, largest first, summing to 1: each span's own time, without its children's. */
export function shareByKind(rows: readonly SpanRow[]): { kind: SpanSummary["kind"]; share: number }[] {
  const children = Map.groupBy(rows, ({ parentId }) => parentId);
  const own = ({ span, share }: SpanRow) => Math.max(0, share - coverOf(children.get(span.spanId) ?? []));
  const kinds = [...Map.groupBy(rows, ({ span }) => span.kind)].map(([kind, ofKind]) => ({
    kind,
    share: ofKind.reduce((sum, row) => sum + own(row), 0),
  }));
  const total = kinds.reduce((sum, { share }) => sum + share, 0);
  return kinds
    .map(({ kind, share }) => ({ kind, share: total > 0 ? share / total : 0 }))
    .sort((a, b) => b.share - a.share);
}

/** Length of the union of the rows' intervals; rows are in order of their start. */
function coverOf(rows: readonly SpanRow[]): number {
  let covered = 0;
  let end = 0;
  for (const { offset, share } of rows) {
    covered += Math.max(0, offset + share - Math.max(end, offset));
    end = Math.max(end, offset + share);
  }
  return covered;
}

function extentOf(spans: readonly SpanSummary[]): { startMs: number; totalMs: number } {
  let startMs = Number.POSITIVE_INFINITY;
  let endMs = Number.NEGATIVE_INFINITY;
  for (const span of spans) {
    startMs = Math.min(startMs, startOf(span));
    endMs = Math.max(endMs, startOf(span) + span.durationMs);
  }
  return { startMs, totalMs: Math.max(0, endMs - startMs) };
}

function startOf(span: SpanSummary): number {
  return Date.parse(span.startTime);
}

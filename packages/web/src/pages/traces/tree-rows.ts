/** Rows of a trace's tree as the grid shows them. The server lays the tree out; this hides and places. */
import type { TreeOverview, TreeRow } from "@ratchet/protocol";

/** The rows of a whole tree without those below a closed span. */
export function withoutClosed(rows: readonly TreeRow[], closed: ReadonlySet<string>): readonly TreeRow[] {
  if (closed.size === 0) return rows;
  const shown: TreeRow[] = [];
  let hiddenBelow = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    if (row.depth > hiddenBelow) continue;
    hiddenBelow = closed.has(row.spanId) ? row.depth : Number.POSITIVE_INFINITY;
    shown.push(row);
  }
  return shown;
}

/** From the start of the trace. */
export function offsetMsOf(span: { startTime: string }, overview: TreeOverview): number {
  return Date.parse(span.startTime) - Date.parse(overview.startTime);
}

/** Where the bar begins and how long it is, as shares of the whole trace in [0,1]. */
export function placeBar(row: TreeRow, overview: TreeOverview): { offset: number; share: number } {
  if (overview.durationMs <= 0) return { offset: 0, share: 1 };
  const offset = clamp(offsetMsOf(row, overview) / overview.durationMs);
  return { offset, share: Math.min(clamp(row.durationMs / overview.durationMs), 1 - offset) };
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}

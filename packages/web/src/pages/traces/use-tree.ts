/** The shown rows of a trace's tree: of a small trace all are there, of a huge one those around what is looked at. */
import type { TreeRow, TreeWindow } from "@ratchet/protocol";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import { type TreeState, treePlaceQuery, treeQuery, treeWindowRows } from "../../api/traces.ts";
import { useProject } from "../../ui/project-link.tsx";
import { withoutClosed } from "./tree-rows.ts";

export interface TreeView {
  /** Rows that no closed span hides. */
  count: number;
  /** Undefined while it is on its way. */
  rowAt: (index: number) => TreeRow | undefined;
  /** Where the selected span is; -1 while that is not known, and when it is hidden. */
  at: number;
  /** What the last window that failed says. */
  error: Error | null;
}

/** Rows in view, from `first` to `last`. */
export interface RowRange {
  first: number;
  last: number;
}

/** @param start The newest version of the tree, and its first rows. */
export function useTree(
  traceId: string,
  { overview, rows }: TreeWindow,
  closed: ReadonlySet<string>,
  selected: string | undefined,
  inView: RowRange,
): TreeView {
  const project = useProject();
  const isWhole = rows.length >= overview.spanCount;
  const state: TreeState = { traceId, version: overview.version, closed };
  const known = closed.size === 0 ? rows.length : 0;
  const offsets = isWhole ? [] : listOffsets(inView).filter((offset) => offset + treeWindowRows > known);
  const windows = useQueries({ queries: offsets.map((offset) => treeQuery(project, state, offset)) });
  const wholeRows = useMemo(() => (isWhole ? withoutClosed(rows, closed) : undefined), [isWhole, rows, closed]);
  const loaded = useLoadedRows(
    wholeRows ?? (closed.size === 0 ? rows : []),
    windows.map(({ data }) => data),
  );
  const total =
    wholeRows?.length ?? (closed.size === 0 ? overview.spanCount : windows.find(({ data }) => data)?.data?.total);
  const lastTotal = useRef(overview.spanCount);
  if (total !== undefined) lastTotal.current = total;
  const found = selected === undefined ? -1 : findIn(loaded.fresh, selected);
  const { data: place } = useQuery({
    ...treePlaceQuery(project, state, selected ?? ""),
    enabled: !isWhole && selected !== undefined && found === -1,
  });
  return {
    count: lastTotal.current,
    rowAt: loaded.rowAt,
    at: found === -1 && place?.rows[0]?.spanId === selected && place !== undefined ? place.offset : found,
    error: windows.find(({ error }) => error)?.error ?? null,
  };
}

/** Whole windows, those next to the rows in view among them. */
function listOffsets({ first, last }: RowRange): number[] {
  const offsets: number[] = [];
  const start = Math.max(0, Math.floor((first - treeWindowRows / 4) / treeWindowRows));
  for (let window = start; window * treeWindowRows <= last + treeWindowRows / 4; window++) {
    offsets.push(window * treeWindowRows);
  }
  return offsets;
}

/** Rows of the tree as it was stand in until those of the tree as it is have come, so that nothing flickers. */
function useLoadedRows(first: readonly TreeRow[], windows: readonly (TreeWindow | undefined)[]) {
  const before = useRef(new Map<number, TreeRow>());
  const fresh = new Map<number, TreeRow>();
  for (const [index, row] of first.entries()) fresh.set(index, row);
  for (const window of windows) {
    for (const [index, row] of window?.rows.entries() ?? []) fresh.set((window?.offset ?? 0) + index, row);
  }
  const isComplete = windows.every((window) => window !== undefined);
  const standIns = before.current;
  if (isComplete) before.current = fresh;
  return { fresh, rowAt: (index: number) => fresh.get(index) ?? (isComplete ? undefined : standIns.get(index)) };
}

function findIn(rows: ReadonlyMap<number, TreeRow>, spanId: string): number {
  for (const [index, row] of rows) if (row.spanId === spanId) return index;
  return -1;
}

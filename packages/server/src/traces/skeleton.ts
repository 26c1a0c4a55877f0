/** A trace's tree without its texts: 45 bytes a span, so that windows of any trace cost nothing to find. */
import { compareIds, createIdIndex, type IdIndex, isId, packIds, unpackId, wordsPerId } from "./id-index.ts";
import { layTree, type TreeLayout } from "./lay-tree.ts";
import { type Extent, measureTree, type TreeColumns } from "./tree-overview.ts";

/** What the tree needs of copies of spans, column by column. */
export interface SpanColumns extends TreeColumns {
  /** As {@link packIds} packs them. */
  ids: Uint32Array;
  /** Zero for a root. */
  parentIds: Uint32Array;
  /** Of two copies of a span, the higher one counts. */
  versions: Float64Array;
}

export interface Skeleton {
  rowCount: number;
  layout: TreeLayout;
  extent: Extent;
  /** By row. */
  ids: Uint32Array;
  starts: Float64Array;
  /** By row: it names a parent that has not arrived. */
  isOrphan: Uint8Array;
  isRootReceived: boolean;
}

/** @param copies In any order; several of one span are one. Quick when they come in order of their start and id. */
export function buildSkeleton(copies: SpanColumns, nowMicros: number): Skeleton {
  const copyIndex = createIdIndex(copies.ids);
  const spans = sortNewest(copies, copyIndex);
  const index = spans === copies ? copyIndex : createIdIndex(spans.ids);
  const { ids, parentIds } = spans;
  const rowCount = spans.starts.length;
  const parentOf = new Int32Array(rowCount).fill(-1);
  const orphans = new Uint8Array(rowCount);
  let isRootReceived = false;
  for (let span = 0; span < rowCount; span++) {
    if (isId(parentIds, span)) {
      const parent = index.find(parentIds, span);
      if (parent === -1) orphans[span] = 1;
      else if (parent !== span) parentOf[span] = parent;
    } else isRootReceived = true;
  }
  const layout = layTree(parentOf);
  const order = layout.spans;
  return {
    rowCount,
    layout,
    extent: measureTree(layout, spans, nowMicros),
    ids: takeIds(ids, order),
    starts: take(spans.starts, order),
    isOrphan: take(orphans, order),
    isRootReceived,
  };
}

/** The row of a span; -1 when it is not in the tree. */
export function findRow({ ids, rowCount }: Skeleton, spanId: string): number {
  const wanted = createIdIndex(packIds([spanId]));
  for (let row = 0; row < rowCount; row++) if (wanted.find(ids, row) === 0) return row;
  return -1;
}

export function spanIdOf({ ids }: Skeleton, row: number): string {
  return unpackId(ids, row);
}

/** Rows that closed spans hide: from `first` to `last`, in order and apart from each other. */
export interface HiddenRows {
  first: number;
  last: number;
}

export function hideBelow({ layout, ids, rowCount }: Skeleton, closedIds: readonly string[]): HiddenRows[] {
  const hidden: HiddenRows[] = [];
  if (closedIds.length === 0) return hidden;
  const closed = createIdIndex(packIds(closedIds));
  for (let row = 0; row < rowCount; row++) {
    const below = layout.descendantCounts[row] as number;
    if (below === 0 || closed.find(ids, row) === -1) continue;
    hidden.push({ first: row + 1, last: row + below });
    row += below;
  }
  return hidden;
}

export function countShown({ rowCount }: Skeleton, hidden: readonly HiddenRows[]): number {
  return hidden.reduce((count, { first, last }) => count - (last - first + 1), rowCount);
}

/** The shown rows from the `offset`-th on. */
export function listShown(
  { rowCount }: Skeleton,
  hidden: readonly HiddenRows[],
  offset: number,
  limit: number,
): number[] {
  const rows: number[] = [];
  let toSkip = offset;
  let row = 0;
  for (const { first, last } of [...hidden, { first: rowCount, last: rowCount }]) {
    const skipped = Math.min(toSkip, first - row);
    toSkip -= skipped;
    for (row += skipped; row < first && rows.length < limit; row++) rows.push(row);
    if (rows.length === limit) break;
    row = last + 1;
  }
  return rows;
}

/** Which of the shown rows a row is; of a hidden one, the closed row above it. */
export function placeAmongShown(row: number, hidden: readonly HiddenRows[]): number {
  let before = 0;
  for (const { first, last } of hidden) {
    if (row < first) break;
    if (row <= last) return first - 1 - before;
    before += last - first + 1;
  }
  return row - before;
}

/** The newest copy of each span, in order of start and id; the very same columns when they are so already. */
function sortNewest(copies: SpanColumns, index: IdIndex): SpanColumns {
  const { ids, starts, versions } = copies;
  const newest = new Int32Array(starts.length);
  let copyCount = 0;
  for (let copy = 0; copy < starts.length; copy++) {
    const first = index.find(ids, copy);
    newest[copy] = copy;
    if (first === copy) continue;
    copyCount++;
    if ((versions[copy] as number) > (versions[newest[first] as number] as number)) newest[first] = copy;
    newest[copy] = -1;
  }
  const compare = (a: number, b: number) => (starts[a] as number) - (starts[b] as number) || compareIds(ids, a, b);
  const order = copyCount === 0 ? newest : newest.filter((copy) => copy >= 0);
  const isSorted = order.every((copy, at) => at === 0 || compare(order[at - 1] as number, copy) < 0);
  if (isSorted && copyCount === 0) return copies;
  order.sort(compare);
  return {
    ids: takeIds(ids, order),
    parentIds: takeIds(copies.parentIds, order),
    starts: take(starts, order),
    ends: take(copies.ends, order),
    versions: take(versions, order),
    kinds: take(copies.kinds, order),
    isFailed: take(copies.isFailed, order),
  };
}

function take<Column extends Float64Array | Uint8Array>(column: Column, order: Int32Array): Column {
  const taken = column.slice() as Column;
  for (let at = 0; at < order.length; at++) taken[at] = column[order[at] as number] as number;
  return taken.subarray(0, order.length) as Column;
}

function takeIds(ids: Uint32Array, order: Int32Array): Uint32Array {
  const taken = new Uint32Array(order.length * wordsPerId);
  for (let at = 0; at < order.length; at++) {
    const from = (order[at] as number) * wordsPerId;
    for (let word = 0; word < wordsPerId; word++) taken[at * wordsPerId + word] = ids[from + word] as number;
  }
  return taken;
}

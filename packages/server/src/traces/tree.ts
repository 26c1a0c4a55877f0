/** Trees of traces, window by window: of small ones from their spans, of huge ones from a skeleton kept for scrolling. */
import { type SpanKind, spanKinds, type TreeOverview, type TreeQuery, type TreeRow } from "@ratchet/protocol";
import { fromMicros } from "../micros.ts";
import { packIds } from "./id-index.ts";
import {
  buildSkeleton,
  countShown,
  findRow,
  hideBelow,
  listShown,
  placeAmongShown,
  type Skeleton,
  type SpanColumns,
  spanIdOf,
} from "./skeleton.ts";
import { createSkeletonCache } from "./skeleton-cache.ts";
import type { TimeRange } from "./store.ts";
import { toDurationMs, toSpanSummary } from "./trace-summary.ts";
import type { Extent } from "./tree-overview.ts";
import type { SpanCopy, TreeStore } from "./tree-store.ts";

/** Of a trace that has no more copies of spans than this, all are read with what their rows show. */
export const maxSmallTrace = 1000;
/** Of a larger one, so many come with the trace itself: some screens, and little to wait for. */
export const hugeTraceRows = 200;
/** Of such a one, the tree has the spans that start first. */
const maxRows = 500_000;

/** A trace's tree as it was at one time. */
export interface Tree {
  overview: TreeOverview;
  extent: Extent;
  findWindow(query: Pick<TreeQuery, "offset" | "limit" | "around" | "closed">): Promise<TreePart>;
}

/** `total` and `offset` count rows that no closed span hides. */
export interface TreePart {
  total: number;
  offset: number;
  rows: TreeRow[];
}

export function createTrees(store: TreeStore, now: () => Date) {
  const skeletons = createSkeletonCache();
  const nowMicros = () => now().getTime() * 1000;

  return {
    /** True of a trace that was huge when it was last opened, not long ago. */
    isKnownHuge: (projectId: number, traceId: string): boolean => skeletons.has(toKey(projectId, traceId)),

    /**
     * The tree of the trace's spans, which start in `range`; empty when there are none.
     *
     * @param version The one that is wanted, when it is still known; else the newest.
     */
    async open(projectId: number, traceId: string, range: TimeRange, version?: string): Promise<Tree> {
      const trace = toKey(projectId, traceId);
      const known = version === undefined ? undefined : skeletons.findOptional(trace, version);
      if (known !== undefined && version !== undefined) return toHugeTree(known, version);
      if (!skeletons.has(trace)) {
        const copies = await store.listFirstCopies(projectId, traceId, range, maxSmallTrace + 1);
        if (copies.length <= maxSmallTrace) return toSmallTree(copies);
      }
      const newest = await store.readVersion(projectId, traceId, range);
      const build = async () => buildSkeleton(await store.readColumns(projectId, traceId, range, maxRows), nowMicros());
      return toHugeTree(await skeletons.find(trace, newest, build), newest);

      function toHugeTree(skeleton: Skeleton, version: string): Tree {
        return toTree(skeleton, version, now(), (rows) => {
          const starts = rows.map((row) => skeleton.starts[row] as number);
          const near = { fromMicros: Math.min(...starts), toMicros: Math.max(...starts) };
          return store.listCopiesOf(
            projectId,
            traceId,
            near,
            rows.map((row) => spanIdOf(skeleton, row)),
          );
        });
      }
    },
  };

  function toSmallTree(copies: readonly SpanCopy[]): Tree {
    const skeleton = buildSkeleton(toColumns(copies), nowMicros());
    const sum = copies.reduce((total, { version }) => total + BigInt(version), 0n);
    return toTree(skeleton, `${copies.length}-${BigInt.asUintN(64, sum)}`, now(), () => Promise.resolve(copies));
  }
}

function toKey(projectId: number, traceId: string): string {
  return `${projectId}/${traceId}`;
}

export type Trees = ReturnType<typeof createTrees>;

/** @param listCopies Of the spans of at least these rows; never asked for none. */
function toTree(
  skeleton: Skeleton,
  version: string,
  at: Date,
  listCopies: (rows: readonly number[]) => Promise<readonly SpanCopy[]>,
): Tree {
  return {
    overview: toOverview(skeleton, version, at),
    extent: skeleton.extent,
    findWindow: async ({ offset, limit, around, closed }) => {
      const hidden = hideBelow(skeleton, closed);
      const wanted = around === undefined ? -1 : findRow(skeleton, around);
      const first = wanted === -1 ? offset : Math.max(0, placeAmongShown(wanted, hidden) - Math.floor(limit / 2));
      const shown = listShown(skeleton, hidden, first, limit);
      const newest = new Map<string, SpanCopy>();
      for (const copy of shown.length === 0 ? [] : await listCopies(shown)) {
        if (copy.version >= (newest.get(copy.spanId)?.version ?? 0)) newest.set(copy.spanId, copy);
      }
      const rows = shown.flatMap((row) => {
        const copy = newest.get(spanIdOf(skeleton, row));
        // A span that is gone by now has nothing to show.
        return copy ? [toTreeRow(skeleton, row, copy, at)] : [];
      });
      return { total: countShown(skeleton, hidden), offset: first, rows };
    },
  };
}

function toOverview(skeleton: Skeleton, version: string, at: Date): TreeOverview {
  const { startMicros, runningCount, failingRow, timeByKind } = skeleton.extent;
  return {
    version,
    spanCount: skeleton.rowCount,
    startTime: fromMicros(startMicros),
    durationMs: toDurationMs(skeleton.extent, at),
    isRootReceived: skeleton.isRootReceived,
    runningCount,
    failing: failingRow === -1 ? null : { spanId: spanIdOf(skeleton, failingRow), index: failingRow },
    timeByKind,
  };
}

function toTreeRow({ layout, isOrphan }: Skeleton, row: number, copy: SpanCopy, at: Date): TreeRow {
  return {
    ...toSpanSummary(copy, isOrphan[row] === 1, at),
    depth: layout.depths[row] as number,
    childCount: layout.childCounts[row] as number,
    descendantCount: layout.descendantCounts[row] as number,
    isOrphan: isOrphan[row] === 1,
  };
}

function toColumns(copies: readonly SpanCopy[]): SpanColumns {
  return {
    ids: packIds(copies.map(({ spanId }) => spanId)),
    parentIds: packIds(copies.map(({ parentSpanId }) => parentSpanId)),
    starts: Float64Array.from(copies, ({ startMicros }) => startMicros),
    ends: Float64Array.from(copies, ({ endMicros }) => endMicros),
    versions: Float64Array.from(copies, ({ version }) => version),
    kinds: Uint8Array.from(copies, ({ kind }) => toKindIndex(kind)),
    isFailed: Uint8Array.from(copies, ({ status }) => Number(status === "error")),
  };
}

function toKindIndex(kind: SpanKind): number {
  return Math.max(0, spanKinds.indexOf(kind));
}

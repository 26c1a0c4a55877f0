/** Traces and their spans. */
import type { SpanDetail, TraceDetail, TraceList, TraceQuery, TreeWindow } from "@ratchet/protocol";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { apiPath, request } from "./client.ts";

/** The time ranges on offer, by their name in the URL; milliseconds back from now. */
export const timeRanges = {
  "15m": 900_000,
  "1h": 3_600_000,
  "24h": 86_400_000,
  "7d": 604_800_000,
  "30d": 2_592_000_000,
} as const;
export type TimeRange = keyof typeof timeRanges;

/** `t` is relative and wins over `from`: it is turned into an instant when the request is made. */
export type TraceFilter = Partial<Omit<TraceQuery, "limit" | "cursor">> & { t?: TimeRange | undefined };

/** The address's search as a filter: unknown ranges of time are none, and `live` filters nothing. */
export function toTraceFilter({ t, live: _live, ...rest }: Record<string, string | undefined>): TraceFilter {
  return { ...rest, ...(t !== undefined && Object.hasOwn(timeRanges, t) && { t: t as TimeRange }) };
}

const pageLimit = 100;

/** Pages of 100, newest first; each says how many match in all. */
export function tracesQuery(project: string, filter: TraceFilter) {
  return infiniteQueryOptions({
    queryKey: [project, "traces", filter],
    queryFn: ({ pageParam, signal }) => listTraces(project, filter, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}

/** The first page alone, asked for anew at every event, beside the list that must not move. */
export function newestTracesQuery(project: string, filter: TraceFilter) {
  return queryOptions({
    queryKey: [project, "newest-traces", filter],
    queryFn: ({ signal }) => listTraces(project, filter, undefined, signal),
  });
}

function listTraces(project: string, filter: TraceFilter, cursor: string | undefined, signal: AbortSignal) {
  const { t, ...query } = filter;
  const from = t === undefined ? query.from : new Date(Date.now() - timeRanges[t]).toISOString();
  return request<TraceList>("/traces", { project, query: { ...query, from, limit: pageLimit, cursor }, signal });
}

/** What is known of the trace as a whole. Its rows come by {@link treeStartQuery}, which need not wait for its sums. */
export function traceQuery(project: string, traceId: string) {
  return queryOptions({
    queryKey: [project, "trace", traceId],
    queryFn: ({ signal }) => request<TraceDetail>(apiPath("traces", traceId), { project, query: { rows: 0 }, signal }),
  });
}

/** The newest version of the tree, and its first rows. */
export function treeStartQuery(project: string, traceId: string) {
  return queryOptions({
    queryKey: [project, "trace", traceId, "tree"],
    queryFn: ({ signal }) =>
      request<TreeWindow>(apiPath("traces", traceId, "tree"), { project, query: { limit: treeWindowRows }, signal }),
  });
}

/** Rows of a huge trace that come with one request. */
export const treeWindowRows = 200;

/** A version of a tree, as it looks with some spans closed. Its rows never change, so the trace's events leave them alone. */
export interface TreeState {
  traceId: string;
  version: string;
  closed: ReadonlySet<string>;
}

/** The window that begins at row `offset`. */
export function treeQuery(project: string, tree: TreeState, offset: number) {
  return windowQuery(project, tree, { offset, limit: treeWindowRows });
}

/** Where a span is: the window of its row alone, or of the closed one above it. */
export function treePlaceQuery(project: string, tree: TreeState, spanId: string) {
  return windowQuery(project, tree, { around: spanId, limit: 1 });
}

function windowQuery(project: string, { traceId, version, closed }: TreeState, asked: Record<string, string | number>) {
  const query = { ...asked, version, closed: [...closed].sort().join() };
  return queryOptions({
    queryKey: [project, "tree", traceId, query],
    queryFn: ({ signal }) => request<TreeWindow>(apiPath("traces", traceId, "tree"), { project, query, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Where an attachment of a trace is read, for what loads it by itself. `sha256`: 64 hex digits. */
export function attachmentUrl(project: string, traceId: string, sha256: string): string {
  return `/api${apiPath("traces", traceId, "attachments", sha256)}?project=${encodeURIComponent(project)}`;
}

/** A span's payloads, attributes and events: asked for when the span is looked at. */
export function spanQuery(project: string, traceId: string, spanId: string) {
  return queryOptions({
    queryKey: [project, "trace", traceId, "span", spanId],
    queryFn: ({ signal }) => request<SpanDetail>(apiPath("traces", traceId, "spans", spanId), { project, signal }),
  });
}

/** Traces and their spans. */
import type { SpanDetail, TraceDetail, TraceList, TraceQuery } from "@ratchet/protocol";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { apiPath, request } from "./client.ts";

export type TraceFilter = Partial<Omit<TraceQuery, "limit" | "cursor">>;

/** Pages of 100, newest first; each says how many match in all. */
export function tracesQuery(project: string, filter: TraceFilter) {
  return infiniteQueryOptions({
    queryKey: [project, "traces", filter],
    queryFn: ({ pageParam, signal }) =>
      request<TraceList>("/traces", { project, query: { ...filter, limit: 100, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}

export function traceQuery(project: string, traceId: string) {
  return queryOptions({
    queryKey: [project, "trace", traceId],
    queryFn: ({ signal }) => request<TraceDetail>(apiPath("traces", traceId), { project, signal }),
  });
}

/** A span's payloads, attributes and events: asked for when the span is looked at. */
export function spanQuery(project: string, traceId: string, spanId: string) {
  return queryOptions({
    queryKey: [project, "trace", traceId, "span", spanId],
    queryFn: ({ signal }) => request<SpanDetail>(apiPath("traces", traceId, "spans", spanId), { project, signal }),
  });
}

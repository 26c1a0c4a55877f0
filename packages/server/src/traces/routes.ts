import { createRoute } from "@hono/zod-openapi";
import {
  SpanDetail,
  SpanId,
  TraceDetail,
  TraceId,
  TraceList,
  TraceOpenQuery,
  TraceQuery,
  TreeQuery,
  TreeWindow,
} from "@ratchet/protocol";
import { z } from "zod";
import { createRouter, jsonResponse } from "../router.ts";
import type { Traces } from "./traces.ts";

export function traceRoutes(traces: Traces) {
  return createRouter()
    .openapi(
      createRoute({
        method: "get",
        path: "/api/traces",
        summary: "List traces",
        request: { query: TraceQuery },
        responses: { 200: jsonResponse(TraceList, "Newest first; nextCursor leads to the next page") },
      }),
      async (c) => c.json(await traces.list(c.var.project, c.req.valid("query")), 200),
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/api/traces/{traceId}",
        summary: "Open a trace: its spans, the root's texts, and what was said of it",
        request: { params: z.object({ traceId: TraceId }), query: TraceOpenQuery },
        responses: { 200: jsonResponse(TraceDetail, "Texts of more than 8 MiB are cut, and say so") },
      }),
      async (c) => c.json(await traces.find(c.var.project, c.req.valid("param").traceId, c.req.valid("query")), 200),
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/api/traces/{traceId}/tree",
        summary: "Read a window of a trace's tree: rows in the order in which they are shown",
        request: { params: z.object({ traceId: TraceId }), query: TreeQuery },
        responses: { 200: jsonResponse(TreeWindow, "No rows beyond the last one") },
      }),
      async (c) =>
        c.json(await traces.findTree(c.var.project, c.req.valid("param").traceId, c.req.valid("query")), 200),
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/api/traces/{traceId}/spans/{spanId}",
        summary: "Open a span: its texts, attributes and events",
        request: { params: z.object({ traceId: TraceId, spanId: SpanId }) },
        responses: { 200: jsonResponse(SpanDetail, "Texts of more than 8 MiB are cut, and say so") },
      }),
      async (c) => {
        const { traceId, spanId } = c.req.valid("param");
        return c.json(await traces.findSpan(c.var.project, traceId, spanId), 200);
      },
    );
}

import { createRoute } from "@hono/zod-openapi";
import { MetricList, MetricQuery } from "@ratchet/protocol";
import { createRouter, jsonResponse } from "../router.ts";
import type { Metrics } from "./metrics.ts";

export function metricRoutes(metrics: Metrics) {
  return createRouter().openapi(
    createRoute({
      method: "get",
      path: "/api/metrics",
      summary: "List GenAI metrics, with their points in a time",
      request: { query: MetricQuery },
      responses: { 200: jsonResponse(MetricList, "By name; the newest points, up to the limit") },
    }),
    async (c) => c.json(await metrics.list(c.var.project, c.req.valid("query")), 200),
  );
}

import { createRoute } from "@hono/zod-openapi";
import { TraceId, UserDataDeleted } from "@ratchet/protocol";
import { z } from "zod";
import { createRouter, jsonResponse } from "../router.ts";
import type { Deletions } from "./deletions.ts";

const CasesQuery = z.object({
  /** What becomes of dataset cases that were made from the trace. */
  cases: z.enum(["keep", "erase"]).default("keep"),
});

export function retentionRoutes(deletions: Deletions) {
  return createRouter()
    .openapi(
      createRoute({
        method: "delete",
        path: "/api/traces/{traceId}",
        summary: "Delete a trace with its texts, feedback and signals; with cases=erase also the cases made from it",
        request: { params: z.object({ traceId: TraceId }), query: CasesQuery },
        responses: { 204: { description: "Gone; late spans of it are refused" } },
      }),
      async (c) => {
        const { cases } = c.req.valid("query");
        await deletions.deleteTrace(c.var.project, c.req.valid("param").traceId, { erasesCases: cases === "erase" });
        return c.body(null, 204);
      },
    )
    .openapi(
      createRoute({
        method: "delete",
        path: "/api/users/{userId}/data",
        summary: "Delete a user's data: traces, feedback, and the dataset cases made from these traces",
        request: { params: z.object({ userId: z.string().min(1).max(500) }) },
        responses: { 200: jsonResponse(UserDataDeleted, "What was there and is gone") },
      }),
      async (c) => c.json(await deletions.deleteUserData(c.var.project, c.req.valid("param").userId), 200),
    );
}

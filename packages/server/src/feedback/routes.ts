import { createRoute } from "@hono/zod-openapi";
import { Feedback, FeedbackCreate } from "@ratchet/protocol";
import { createRouter, jsonBody, jsonResponse } from "../router.ts";
import type { FeedbackService } from "./feedback.ts";

export function feedbackRoutes(feedback: FeedbackService) {
  return createRouter().openapi(
    createRoute({
      method: "post",
      path: "/api/feedback",
      summary: "Judge a trace; it may arrive later",
      request: { body: jsonBody(FeedbackCreate) },
      responses: { 201: jsonResponse(Feedback, "Stored") },
    }),
    async (c) => c.json(await feedback.record(c.var.project, c.req.valid("json")), 201),
  );
}

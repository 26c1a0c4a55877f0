import { createRoute } from "@hono/zod-openapi";
import { Release, ReleaseCreate, ReleaseId, ReleaseList } from "@ratchet/protocol";
import { z } from "zod";
import { createRouter, jsonBody, jsonResponse } from "../router.ts";
import type { Releases } from "./releases.ts";

export function releaseRoutes(releases: Releases) {
  return createRouter()
    .openapi(
      createRoute({
        method: "get",
        path: "/api/releases",
        summary: "List releases",
        responses: { 200: jsonResponse(ReleaseList, "Newest first") },
      }),
      async (c) => {
        const list = await releases.list(c.var.project);
        return c.json({ releases: list, total: list.length }, 200);
      },
    )
    .openapi(
      createRoute({
        method: "post",
        path: "/api/releases",
        summary: "Make a release from a passed gate, or with a reason",
        request: { body: jsonBody(ReleaseCreate) },
        responses: { 201: jsonResponse(Release, "The release; the project's first one is live at once") },
      }),
      async (c) => c.json(await releases.create(c.var.project, c.req.valid("json")), 201),
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/api/releases/{id}",
        summary: "Get a release",
        request: { params: z.object({ id: ReleaseId }) },
        responses: { 200: jsonResponse(Release, "The release") },
      }),
      async (c) => c.json(await releases.find(c.var.project, c.req.valid("param").id), 200),
    );
}

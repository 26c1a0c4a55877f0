import { createHash } from "node:crypto";
import { createRoute } from "@hono/zod-openapi";
import { RolloutAction, RolloutCreate, RolloutDetail, RolloutId, RolloutList, SdkConfig } from "@ratchet/protocol";
import { z } from "zod";
import { createRouter, jsonBody, jsonResponse } from "../router.ts";
import type { Rollouts } from "./rollouts.ts";

const IdParameter = z.object({ id: RolloutId });
const ActionParameter = IdParameter.extend({ action: z.enum(["pause", "resume", "advance", "abort"]) });

export function rolloutRoutes(rollouts: Rollouts) {
  return createRouter()
    .openapi(
      createRoute({
        method: "get",
        path: "/api/rollouts",
        summary: "List rollouts",
        responses: { 200: jsonResponse(RolloutList, "Newest first") },
      }),
      async (c) => {
        const list = await rollouts.list(c.var.project);
        return c.json({ rollouts: list, total: list.length }, 200);
      },
    )
    .openapi(
      createRoute({
        method: "post",
        path: "/api/rollouts",
        summary: "Take a release to traffic in stages",
        request: { body: jsonBody(RolloutCreate) },
        responses: { 201: jsonResponse(RolloutDetail, "The running rollout") },
      }),
      async (c) => c.json(await rollouts.start(c.var.project, c.req.valid("json"), "api"), 201),
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/api/rollouts/{id}",
        summary: "Get a rollout with its evidence and decisions",
        request: { params: IdParameter },
        responses: { 200: jsonResponse(RolloutDetail, "The rollout") },
      }),
      async (c) => c.json(await rollouts.find(c.var.project, c.req.valid("param").id), 200),
    )
    .openapi(
      createRoute({
        method: "post",
        path: "/api/rollouts/{id}/{action}",
        summary: "Pause, resume, advance or abort a rollout",
        request: { params: ActionParameter, body: jsonBody(RolloutAction) },
        responses: { 200: jsonResponse(RolloutDetail, "The rollout after it") },
      }),
      async (c) => {
        const { id, action } = c.req.valid("param");
        return c.json(await rollouts.act(c.var.project, id, action, c.req.valid("json")), 200);
      },
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/api/sdk/config",
        summary: "What an SDK needs to choose prompts and arms locally",
        responses: {
          200: jsonResponse(SdkConfig, "With an ETag: poll with If-None-Match"),
          304: { description: "Nothing changed" },
        },
      }),
      async (c) => {
        const config = await rollouts.findSdkConfig(c.var.project);
        const etag = `"${createHash("sha256").update(JSON.stringify(config)).digest("base64url").slice(0, 22)}"`;
        c.header("etag", etag);
        c.header("cache-control", "no-cache");
        if (c.req.header("if-none-match") === etag) return c.body(null, 304);
        return c.json(config, 200);
      },
    );
}

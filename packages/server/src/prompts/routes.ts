import { createRoute } from "@hono/zod-openapi";
import { Name, PromptDetail, PromptList, PromptPush, PromptVersionDetail, PromptVersionId } from "@ratchet/protocol";
import { z } from "zod";
import { createRouter, jsonBody, jsonResponse } from "../router.ts";
import type { Prompts } from "./prompts.ts";

export function promptRoutes(prompts: Prompts) {
  return createRouter()
    .openapi(
      createRoute({
        method: "get",
        path: "/api/prompts",
        summary: "List prompts",
        responses: { 200: jsonResponse(PromptList, "By name, each with its newest version") },
      }),
      async (c) => {
        const list = await prompts.list(c.var.project);
        return c.json({ prompts: list, total: list.length }, 200);
      },
    )
    .openapi(
      createRoute({
        method: "post",
        path: "/api/prompts",
        summary: "Record a version of a prompt",
        request: { body: jsonBody(PromptPush) },
        responses: { 201: jsonResponse(PromptVersionDetail, "The version; the same content is the same version") },
      }),
      async (c) => c.json(await prompts.push(c.var.project, c.req.valid("json")), 201),
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/api/prompts/{name}",
        summary: "Get a prompt with its history",
        request: { params: z.object({ name: Name }) },
        responses: { 200: jsonResponse(PromptDetail, "Versions newest first") },
      }),
      async (c) => c.json(await prompts.find(c.var.project, c.req.valid("param").name), 200),
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/api/prompts/{name}/versions/{version}",
        summary: "Get one version of a prompt",
        request: { params: z.object({ name: Name, version: PromptVersionId }) },
        responses: { 200: jsonResponse(PromptVersionDetail, "With its content") },
      }),
      async (c) => {
        const { name, version } = c.req.valid("param");
        return c.json(await prompts.findVersion(c.var.project, name, version), 200);
      },
    );
}

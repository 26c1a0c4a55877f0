import { createRoute } from "@hono/zod-openapi";
import {
  ApiKeyCreate,
  ApiKeyCreated,
  ApiKeyList,
  Project,
  ProjectActivity,
  ProjectCreate,
  ProjectList,
  ProjectPatch,
  ProjectSlug,
} from "@ratchet/protocol";
import { z } from "zod";
import { createRouter, jsonBody, jsonResponse } from "../router.ts";
import type { Keys } from "./keys.ts";
import type { Projects } from "./projects.ts";

const SlugParameter = z.object({ slug: ProjectSlug });

export function accessRoutes(projects: Projects, keys: Keys) {
  return createRouter()
    .openapi(
      createRoute({
        method: "get",
        path: "/api/projects",
        summary: "List projects",
        responses: { 200: jsonResponse(ProjectList, "Oldest first; those that the key may reach") },
      }),
      async (c) => {
        const { onlyProject } = c.var;
        const list = (await projects.list()).filter(({ slug }) => onlyProject === null || slug === onlyProject);
        return c.json({ projects: list, total: list.length }, 200);
      },
    )
    .openapi(
      createRoute({
        method: "post",
        path: "/api/projects",
        summary: "Make a project",
        request: { body: jsonBody(ProjectCreate) },
        responses: { 201: jsonResponse(Project, "The new project") },
      }),
      async (c) => c.json(await projects.create(c.req.valid("json")), 201),
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/api/projects/{slug}",
        summary: "Get a project",
        request: { params: SlugParameter },
        responses: { 200: jsonResponse(Project, "The project") },
      }),
      async (c) => c.json(await projects.find(c.req.valid("param").slug), 200),
    )
    .openapi(
      createRoute({
        method: "patch",
        path: "/api/projects/{slug}",
        summary: "Rename a project, or say for how many days it keeps traces (null: for ever)",
        request: { params: SlugParameter, body: jsonBody(ProjectPatch) },
        responses: { 200: jsonResponse(Project, "As it is now; readers see no expired trace from now on") },
      }),
      async (c) => c.json(await projects.change(c.req.valid("param").slug, c.req.valid("json")), 200),
    )
    .openapi(
      createRoute({
        method: "delete",
        path: "/api/projects/{slug}",
        summary: "Delete a project and everything in it",
        request: { params: SlugParameter },
        responses: { 204: { description: "Gone" } },
      }),
      async (c) => {
        await projects.delete(c.req.valid("param").slug);
        return c.body(null, 204);
      },
    )
    .openapi(
      createRoute({
        method: "put",
        path: "/api/projects/{slug}/activity",
        summary: "Report what a process is doing in the project",
        request: { params: SlugParameter, body: jsonBody(ProjectActivity) },
        responses: { 204: { description: "Shown on Home" } },
      }),
      async (c) => {
        await projects.saveActivity(c.req.valid("param").slug, c.req.valid("json"));
        return c.body(null, 204);
      },
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/api/keys",
        summary: "List API keys",
        responses: { 200: jsonResponse(ApiKeyList, "Without their secrets") },
      }),
      async (c) => {
        const list = await keys.list();
        return c.json({ keys: list, total: list.length }, 200);
      },
    )
    .openapi(
      createRoute({
        method: "post",
        path: "/api/keys",
        summary: "Make an API key",
        request: { body: jsonBody(ApiKeyCreate) },
        responses: { 201: jsonResponse(ApiKeyCreated, "With its secret, shown only now") },
      }),
      async (c) => {
        const { name, project } = c.req.valid("json");
        return c.json(await keys.create(name, project === null ? null : await projects.findScope(project)), 201);
      },
    )
    .openapi(
      createRoute({
        method: "delete",
        path: "/api/keys/{id}",
        summary: "Revoke an API key",
        request: { params: z.object({ id: z.uuid() }) },
        responses: { 204: { description: "Revoked: refused from now on" } },
      }),
      async (c) => {
        await keys.revoke(c.req.valid("param").id);
        return c.body(null, 204);
      },
    );
}

import { createRoute } from "@hono/zod-openapi";
import {
  CaptureRequest,
  CaptureResult,
  FailureDetail,
  FailureId,
  FailureList,
  FailurePatch,
  FailureQuery,
  Home,
  LoopQuery,
  LoopStripList,
} from "@ratchet/protocol";
import { z } from "zod";
import { createRouter, jsonBody, jsonResponse, type ProjectScope } from "../router.ts";
import type { Capture } from "./capture.ts";
import type { Failures } from "./failures.ts";
import type { FindFailureIds } from "./loop-objects.ts";

const IdParameter = z.object({ id: FailureId });

export function failureRoutes(
  failures: Failures,
  parts: {
    capture: Capture;
    findHome: (project: ProjectScope) => Promise<z.output<typeof Home>>;
    findFailureIds: FindFailureIds;
  },
) {
  const { capture, findHome, findFailureIds } = parts;
  return createRouter()
    .openapi(
      createRoute({
        method: "get",
        path: "/api/failures",
        summary: "List failures",
        request: { query: FailureQuery },
        responses: { 200: jsonResponse(FailureList, "Newest signal first") },
      }),
      async (c) => {
        const list = await failures.list(c.var.project, c.req.valid("query"));
        return c.json({ failures: list, total: list.length }, 200);
      },
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/api/failures/{id}",
        summary: "Get a failure with its newest signals and its history",
        request: { params: IdParameter },
        responses: { 200: jsonResponse(FailureDetail, "The failure") },
      }),
      async (c) => c.json(await failures.find(c.var.project, c.req.valid("param").id), 200),
    )
    .openapi(
      createRoute({
        method: "patch",
        path: "/api/failures/{id}",
        summary: "Rename a failure, archive it with a reason, or bring it back",
        request: { params: IdParameter, body: jsonBody(FailurePatch) },
        responses: { 200: jsonResponse(FailureDetail, "As it is now") },
      }),
      async (c) => c.json(await failures.change(c.var.project, c.req.valid("param").id, c.req.valid("json")), 200),
    )
    .openapi(
      createRoute({
        method: "post",
        path: "/api/failures/{id}/capture",
        summary: "Make cases of a failure's traces",
        request: { params: IdParameter, body: jsonBody(CaptureRequest) },
        responses: { 200: jsonResponse(CaptureResult, "One new version, or none when all were there") },
      }),
      async (c) => c.json(await capture(c.var.project, c.req.valid("param").id, c.req.valid("json")), 200),
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/api/loop",
        summary: "Get the loop strips of an object",
        request: { query: LoopQuery },
        responses: { 200: jsonResponse(LoopStripList, "The worst failure first") },
      }),
      async (c) => {
        const ids = await findFailureIds(c.var.project, c.req.valid("query"));
        return c.json({ strips: await failures.listStrips(c.var.project, ids) }, 200);
      },
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/api/home",
        summary: "Get the loop board",
        responses: { 200: jsonResponse(Home, "Everything that Home shows") },
      }),
      async (c) => c.json(await findHome(c.var.project), 200),
    );
}

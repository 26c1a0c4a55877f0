import { createRoute } from "@hono/zod-openapi";
import {
  CaseList,
  CaseQuery,
  Dataset,
  DatasetChange,
  DatasetCreate,
  DatasetDetail,
  DatasetList,
  DatasetVersion,
  Name,
} from "@ratchet/protocol";
import { z } from "zod";
import { createRouter, jsonBody, jsonResponse } from "../router.ts";
import type { Datasets } from "./datasets.ts";

const params = z.object({ name: Name });

export function datasetRoutes(datasets: Datasets) {
  return createRouter()
    .openapi(
      createRoute({
        method: "get",
        path: "/api/datasets",
        summary: "List datasets",
        responses: { 200: jsonResponse(DatasetList, "Most recently changed first") },
      }),
      async (c) => {
        const list = await datasets.list(c.var.project);
        return c.json({ datasets: list, total: list.length }, 200);
      },
    )
    .openapi(
      createRoute({
        method: "post",
        path: "/api/datasets",
        summary: "Make a dataset",
        request: { body: jsonBody(DatasetCreate) },
        responses: { 201: jsonResponse(Dataset, "The empty dataset") },
      }),
      async (c) => c.json(await datasets.create(c.var.project, c.req.valid("json")), 201),
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/api/datasets/{name}",
        summary: "Get a dataset with its versions",
        request: { params },
        responses: { 200: jsonResponse(DatasetDetail, "Versions newest first") },
      }),
      async (c) => c.json(await datasets.find(c.var.project, c.req.valid("param").name), 200),
    )
    .openapi(
      createRoute({
        method: "delete",
        path: "/api/datasets/{name}",
        summary: "Delete a dataset that no experiment ran on",
        request: { params },
        responses: { 204: { description: "It is gone" } },
      }),
      async (c) => {
        await datasets.delete(c.var.project, c.req.valid("param").name);
        return c.body(null, 204);
      },
    )
    .openapi(
      createRoute({
        method: "post",
        path: "/api/datasets/{name}/versions",
        summary: "Change a dataset: one change makes one version",
        request: { params, body: jsonBody(DatasetChange) },
        responses: {
          201: jsonResponse(DatasetVersion, "The new version"),
          200: jsonResponse(DatasetVersion, "The newest version: the change would change nothing"),
        },
      }),
      async (c) => {
        const { version, isNew } = await datasets.change(c.var.project, c.req.valid("param").name, c.req.valid("json"));
        return isNew ? c.json(version, 201) : c.json(version, 200);
      },
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/api/datasets/{name}/cases",
        summary: "List the cases of a version",
        request: { params, query: CaseQuery },
        responses: { 200: jsonResponse(CaseList, "In order of first appearance") },
      }),
      async (c) =>
        c.json(await datasets.listCases(c.var.project, c.req.valid("param").name, c.req.valid("query")), 200),
    );
}

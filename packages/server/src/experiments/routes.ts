import { createRoute } from "@hono/zod-openapi";
import {
  Comparison,
  Experiment,
  ExperimentCreate,
  ExperimentDetail,
  ExperimentId,
  ExperimentList,
  ExperimentResults,
  Gate,
  GateCreate,
  GateId,
  GateList,
  Name,
} from "@ratchet/protocol";
import { z } from "zod";
import { createRouter, jsonBody, jsonResponse } from "../router.ts";
import type { Experiments } from "./experiments.ts";
import type { Gates } from "./gates.ts";

const params = z.object({ id: ExperimentId });
const Stored = z.object({ stored: z.int(), alreadyThere: z.int() });

export function experimentRoutes(experiments: Experiments, gates: Gates) {
  return createRouter()
    .openapi(
      createRoute({
        method: "get",
        path: "/api/experiments",
        summary: "List experiments",
        request: { query: z.object({ dataset: Name.optional() }) },
        responses: { 200: jsonResponse(ExperimentList, "Newest first") },
      }),
      async (c) => {
        const list = await experiments.list(c.var.project, c.req.valid("query").dataset);
        return c.json({ experiments: list, total: list.length }, 200);
      },
    )
    .openapi(
      createRoute({
        method: "post",
        path: "/api/experiments",
        summary: "Start an experiment",
        request: { body: jsonBody(ExperimentCreate) },
        responses: { 201: jsonResponse(Experiment, "It takes results until it is finished") },
      }),
      async (c) => c.json(await experiments.create(c.var.project, c.req.valid("json")), 201),
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/api/experiments/compare",
        summary: "Compare two experiments case by case",
        request: {
          query: z.object({ baseline: ExperimentId, candidate: ExperimentId, metric: Name.optional() }),
        },
        responses: { 200: jsonResponse(Comparison, "Regressions first, then improvements, then the rest") },
      }),
      async (c) => c.json(await experiments.compare(c.var.project, c.req.valid("query")), 200),
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/api/experiments/{id}",
        summary: "Get an experiment with its results",
        request: { params },
        responses: { 200: jsonResponse(ExperimentDetail, "Results by case and trial") },
      }),
      async (c) => c.json(await experiments.findDetail(c.var.project, c.req.valid("param").id), 200),
    )
    .openapi(
      createRoute({
        method: "post",
        path: "/api/experiments/{id}/results",
        summary: "Add results; one that is there already is left as it is",
        request: { params, body: jsonBody(ExperimentResults) },
        responses: { 200: jsonResponse(Stored, "How many were new") },
      }),
      async (c) => {
        const { results } = c.req.valid("json");
        return c.json(await experiments.addResults(c.var.project, c.req.valid("param").id, results), 200);
      },
    )
    .openapi(
      createRoute({
        method: "post",
        path: "/api/experiments/{id}/finish",
        summary: "Finish an experiment",
        request: { params },
        responses: { 200: jsonResponse(Experiment, "With its summary") },
      }),
      async (c) => c.json(await experiments.finish(c.var.project, c.req.valid("param").id), 200),
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/api/gates",
        summary: "List gates",
        request: { query: z.object({ candidate: ExperimentId.optional() }) },
        responses: { 200: jsonResponse(GateList, "Newest first") },
      }),
      async (c) => {
        const list = await gates.list(c.var.project, c.req.valid("query").candidate);
        return c.json({ gates: list, total: list.length }, 200);
      },
    )
    .openapi(
      createRoute({
        method: "post",
        path: "/api/gates",
        summary: "Decide whether a candidate may pass",
        request: { body: jsonBody(GateCreate) },
        responses: { 201: jsonResponse(Gate, "The verdict") },
      }),
      async (c) => c.json(await gates.create(c.var.project, c.req.valid("json")), 201),
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/api/gates/{id}",
        summary: "Get a gate",
        request: { params: z.object({ id: GateId }) },
        responses: { 200: jsonResponse(Gate, "As it was decided") },
      }),
      async (c) => c.json(await gates.find(c.var.project, c.req.valid("param").id), 200),
    );
}

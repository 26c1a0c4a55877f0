import { createRoute } from "@hono/zod-openapi";
import {
  Price,
  PriceCreate,
  PriceList,
  PricePatch,
  Reprice,
  RepriceRequest,
  RepriceStatus,
  UnknownModelList,
} from "@ratchet/protocol";
import { z } from "zod";
import { createRouter, jsonBody, jsonResponse } from "../router.ts";
import type { Prices } from "./prices.ts";
import type { Reprices } from "./reprice.ts";

const IdParameter = z.object({ id: z.uuid() });

export function priceRoutes(prices: Prices, reprices: Reprices) {
  return createRouter()
    .openapi(
      createRoute({
        method: "get",
        path: "/api/prices",
        summary: "List the project's own prices",
        responses: { 200: jsonResponse(PriceList, "By model, the newest first; they win over the public price table") },
      }),
      async (c) => {
        const list = await prices.list(c.var.project);
        return c.json({ prices: list, total: list.length }, 200);
      },
    )
    .openapi(
      createRoute({
        method: "post",
        path: "/api/prices",
        summary: "Set a price: US dollars per million tokens of a model, from a moment on",
        request: { body: jsonBody(PriceCreate) },
        responses: { 201: jsonResponse(Price, "For calls that arrive from now on; re-price for those before") },
      }),
      async (c) => c.json(await prices.create(c.var.project, c.req.valid("json")), 201),
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/api/prices/unknown",
        summary: "List models with usage and no known price",
        responses: { 200: jsonResponse(UnknownModelList, "Of the last 30 days, most calls first, up to 200") },
      }),
      async (c) => {
        const models = await prices.listUnknown(c.var.project);
        return c.json({ models, total: models.length }, 200);
      },
    )
    .openapi(
      createRoute({
        method: "get",
        path: "/api/prices/reprice",
        summary: "Ask how far the computing of costs is",
        responses: { 200: jsonResponse(RepriceStatus, "The newest; null when there was none") },
      }),
      async (c) => c.json({ reprice: await reprices.findOptional(c.var.project) }, 200),
    )
    .openapi(
      createRoute({
        method: "post",
        path: "/api/prices/reprice",
        summary: "Compute the costs of a time range anew",
        request: { body: jsonBody(RepriceRequest) },
        responses: { 202: jsonResponse(Reprice, "Begun. Costs that clients have sent stay as they are") },
      }),
      async (c) => c.json(await reprices.start(c.var.project, c.req.valid("json")), 202),
    )
    .openapi(
      createRoute({
        method: "patch",
        path: "/api/prices/{id}",
        summary: "Change a price",
        request: { params: IdParameter, body: jsonBody(PricePatch) },
        responses: { 200: jsonResponse(Price, "As it is now") },
      }),
      async (c) => c.json(await prices.change(c.var.project, c.req.valid("param").id, c.req.valid("json")), 200),
    )
    .openapi(
      createRoute({
        method: "delete",
        path: "/api/prices/{id}",
        summary: "Remove a price",
        request: { params: IdParameter },
        responses: { 204: { description: "Gone; costs computed by it stay until they are computed anew" } },
      }),
      async (c) => {
        await prices.delete(c.var.project, c.req.valid("param").id);
        return c.body(null, 204);
      },
    );
}

/** Prices, retention and deletion, as the settings and the page of a trace ask for them. */
import {
  Price,
  type PriceCreate,
  PriceList,
  type Project,
  type ProjectPatch,
  Reprice,
  RepriceStatus,
  UnknownModelList,
  UserDataDeleted,
} from "@ratchet/protocol";
import type { z } from "zod";
import { FixtureProblem, type FixtureRoute } from "./fixture-route.ts";
import type { FixtureWorld } from "./fixture-world.ts";

export function settingsRoutes({ projects, tracesOf }: FixtureWorld, now: number): FixtureRoute[] {
  const at = new Date(now).toISOString();
  const prices: Price[] = [
    makePrice(1, at, { model: "support-ft-*", provider: "azure", validFrom: "2026-09-01T00:00:00.000Z" }),
    makePrice(2, at, { model: "bge-small-house", outputUsdPerMillion: 0, inputUsdPerMillion: 0.012 }),
  ];
  const unknown = [
    { model: "house-llama-70b", provider: "our-gateway", calls: 1284, inputTokens: 8_412_000, outputTokens: 391_200 },
    { model: "experimental-small", provider: null, calls: 3, inputTokens: 1200, outputTokens: 80 },
  ];
  let reprice: Reprice | null = null;
  const ofProject = (project: string) => (project === "default" ? [] : prices);
  const findAt = (id: string | undefined) => {
    const index = prices.findIndex((price) => price.id === id);
    if (index === -1) throw new FixtureProblem("not-found", `There is no price ${id}.`);
    return index;
  };
  return [
    [
      "GET",
      /^\/prices$/,
      ({ project }) => PriceList.parse({ prices: ofProject(project), total: ofProject(project).length }),
    ],
    [
      "POST",
      /^\/prices$/,
      ({ body }) => {
        const price = makePrice(prices.length + 1, at, body as z.output<typeof PriceCreate>);
        if (prices.some(({ model }) => model === price.model)) {
          throw new FixtureProblem("conflict", `There is a price of ${price.model} already.`);
        }
        prices.push(price);
        return price;
      },
    ],
    [
      "PATCH",
      /^\/prices\/([^/]+)$/,
      ({ parts, body }) => {
        const index = findAt(parts[0]);
        prices[index] = Price.parse({ ...prices[index], ...(body as object) });
        return prices[index];
      },
    ],
    ["DELETE", /^\/prices\/([^/]+)$/, ({ parts }) => void prices.splice(findAt(parts[0]), 1)],
    [
      "GET",
      /^\/prices\/unknown$/,
      ({ project }) => {
        const models = (project === "default" ? [] : unknown).map((model) => ({
          ...model,
          lastSeen: at,
          hasPrice: prices.some((price) => price.model === model.model),
        }));
        return UnknownModelList.parse({ models, total: models.length });
      },
    ],
    ["GET", /^\/prices\/reprice$/, () => RepriceStatus.parse({ reprice })],
    [
      "POST",
      /^\/prices\/reprice$/,
      ({ body }) => {
        const progress = { total: 1287, checked: 1287, changed: 1284, error: null, startedAt: at, finishedAt: at };
        reprice = Reprice.parse({ ...(body as object), state: "done", ...progress });
        return { ...reprice, state: "running" };
      },
    ],
    [
      "PATCH",
      /^\/projects\/([^/]+)$/,
      ({ parts, body }) => {
        const found = projects.find(({ slug }) => slug === parts[0]) as Project;
        return Object.assign(found, body as z.output<typeof ProjectPatch>);
      },
    ],
    [
      "DELETE",
      /^\/traces\/([^/]+)$/,
      ({ project, parts }) => {
        const traces = tracesOf(project);
        traces.splice(
          traces.findIndex(({ traceId }) => traceId === parts[0]),
          1,
        );
      },
    ],
    ["DELETE", /^\/users\/([^/]+)\/data$/, () => UserDataDeleted.parse({ traces: 12, feedback: 3, cases: 1 })],
  ];
}

function makePrice(number: number, createdAt: string, given: Partial<Price>): Price {
  return Price.parse({
    id: `3f0c4a52-7d0f-4f2e-9a34-0c6a4f0f5d${String(number).padStart(2, "0")}`,
    provider: null,
    validFrom: "1970-01-01T00:00:00.000Z",
    inputUsdPerMillion: 1.25,
    cacheReadUsdPerMillion: 0.125,
    cacheWriteUsdPerMillion: null,
    outputUsdPerMillion: 10,
    usdPerRequest: 0,
    createdAt,
    ...given,
  });
}

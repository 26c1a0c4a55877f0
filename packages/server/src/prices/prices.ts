/** The project's own prices, which win over the public table, and the models that have none. */
import { randomUUID } from "node:crypto";
import type { Price, PriceCreate, PricePatch, ServerEvent, UnknownModel } from "@ratchet/protocol";
import type { z } from "zod";
import { fromMicros, toMicros } from "../micros.ts";
import { ProblemError } from "../problem.ts";
import type { ProjectScope } from "../router.ts";
import { toStorable } from "../storable-text.ts";
import { createPricer, type OwnPrice, type Pricer } from "../telemetry/price.ts";
import type { PriceFields, PriceStore } from "./store.ts";

/** Another process on the same control plane may have changed them. */
const maxAgeMs = 10_000;
const maxPrices = 1000;
const unknownDays = 30;
const maxUnknown = 200;
const dayMs = 24 * 3600 * 1000;

export function createPrices(store: PriceStore, publish: (event: ServerEvent) => void, now: () => Date) {
  const pricers = new Map<number, { pricer: Promise<Pricer>; readAtMs: number }>();

  /** From memory, but for the first call in ten seconds. Remembers what applies to which model for as long. */
  const findPricer = (project: ProjectScope): Promise<Pricer> => {
    const known = pricers.get(project.id);
    const nowMs = performance.now();
    if (known && nowMs - known.readAtMs < maxAgeMs) return known.pricer;
    const pricer = store.listPrices(project.id).then((prices) => createPricer(prices.map(toOwnPrice)));
    pricers.set(project.id, { pricer, readAtMs: nowMs });
    pricer.catch(() => pricers.delete(project.id));
    return pricer;
  };

  const announce = (project: ProjectScope, id: string) => {
    pricers.delete(project.id);
    publish({ type: "price", project: project.slug, id });
  };

  const find = async (project: ProjectScope, id: string): Promise<Price> => {
    const found = (await store.listPrices(project.id)).find((price) => price.id === id);
    if (found) return found;
    throw new ProblemError(
      "not-found",
      `There is no price ${id} in project ${project.slug}. GET /api/prices lists them.`,
    );
  };

  return {
    findPricer,

    /** By model, the newest first. */
    list: (project: ProjectScope): Promise<Price[]> => store.listPrices(project.id),

    /** @throws ProblemError `conflict` when there is one of the same model, provider and moment, or too many. */
    async create(project: ProjectScope, request: z.output<typeof PriceCreate>): Promise<Price> {
      if ((await store.listPrices(project.id)).length >= maxPrices) {
        throw new ProblemError("conflict", `A project has at most ${maxPrices} prices. Use * in a model's name.`);
      }
      const created = await store.insertPrice(project.id, randomUUID(), toRow(request), now().toISOString());
      if (!created) throw toConflict(request);
      announce(project, created.id);
      return created;
    },

    /** @throws ProblemError `not-found`, `conflict` */
    async change(project: ProjectScope, id: string, patch: z.output<typeof PricePatch>): Promise<Price> {
      const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
      const wanted = toRow({ ...(await find(project, id)), ...given });
      const changed = await store.updatePrice(project.id, id, wanted);
      if (!changed) throw toConflict(wanted);
      announce(project, id);
      return changed;
    },

    /** @throws ProblemError `not-found` */
    async delete(project: ProjectScope, id: string): Promise<void> {
      if (!(await store.deletePrice(project.id, id))) await find(project, id);
      announce(project, id);
    },

    /** Models with usage and no cost in the last 30 days, most calls first; up to 200. */
    async listUnknown(project: ProjectScope): Promise<UnknownModel[]> {
      const at = now().getTime();
      const range = { fromMicros: (at - unknownDays * dayMs) * 1000, toMicros: (at + dayMs) * 1000 };
      const [pricer, rows] = await Promise.all([
        findPricer(project),
        store.listUnknownModels(project.id, range, maxUnknown),
      ]);
      return rows.map(({ lastSeenMicros, requestModel, ...row }) => ({
        ...row,
        provider: row.provider || null,
        lastSeen: fromMicros(lastSeenMicros),
        hasPrice:
          pricer({
            model: row.model,
            requestModel: requestModel || null,
            provider: row.provider || null,
            usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 },
            startMicros: lastSeenMicros,
          }) !== null,
      }));
    },
  };
}

export type Prices = ReturnType<typeof createPrices>;

function toOwnPrice(price: Price): OwnPrice {
  return {
    model: price.model,
    provider: price.provider,
    validFromMicros: toMicros(price.validFrom),
    inputUsd: price.inputUsdPerMillion,
    cacheReadUsd: price.cacheReadUsdPerMillion,
    cacheWriteUsd: price.cacheWriteUsdPerMillion,
    outputUsd: price.outputUsdPerMillion,
    requestUsd: price.usdPerRequest,
  };
}

function toRow({ model, provider, ...rest }: PriceFields): PriceFields {
  return { ...rest, model: toStorable(model), provider: provider === null ? null : toStorable(provider) };
}

function toConflict({ model, provider, validFrom }: PriceFields): ProblemError {
  const of = provider === null ? model : `${model} of ${provider}`;
  return new ProblemError(
    "conflict",
    `There is a price of ${of} from ${validFrom} on already. Change that one, or choose another moment.`,
  );
}

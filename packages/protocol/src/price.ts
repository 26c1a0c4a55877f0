/** What models cost: the project's own prices, models without one, and computing costs anew. */
import { z } from "zod";
import { Timestamp } from "./scalars.ts";

/** US dollars per million tokens. */
const Rate = z.number().min(0).max(1_000_000);
const Rates = {
  /** Of input tokens that are neither read from the provider's cache nor written to it. */
  inputUsdPerMillion: Rate,
  /** `null`: cached tokens cost what other input costs. */
  cacheReadUsdPerMillion: Rate.nullable(),
  cacheWriteUsdPerMillion: Rate.nullable(),
  /** Reasoning included. */
  outputUsdPerMillion: Rate,
  /** US dollars for each call, beside its tokens. */
  usdPerRequest: z.number().min(0).max(1_000_000),
};
/** A model's name, where `*` stands for any text: `gpt-4o*`. Case does not matter. */
const ModelPattern = z.string().trim().min(1).max(200);
const Provider = z.string().trim().min(1).max(200);

export const Price = z.object({
  id: z.uuid(),
  model: ModelPattern,
  /** As OpenTelemetry names it (`azure.ai.openai`) or as the public table does (`azure`); `null` is any. */
  provider: Provider.nullable(),
  /** Calls that started at or after this moment. */
  validFrom: Timestamp,
  ...Rates,
  createdAt: Timestamp,
});
export type Price = z.infer<typeof Price>;
/** `GET /api/prices`: by model, the newest first. */
export const PriceList = z.object({ prices: z.array(Price), total: z.int() });
/** `POST /api/prices`. */
export const PriceCreate = z.object({
  model: ModelPattern,
  provider: Provider.nullable().default(null),
  /** Absent: from the beginning of time. */
  validFrom: Timestamp.default("1970-01-01T00:00:00.000Z"),
  ...Rates,
  cacheReadUsdPerMillion: Rate.nullable().default(null),
  cacheWriteUsdPerMillion: Rate.nullable().default(null),
  usdPerRequest: Rates.usdPerRequest.default(0),
});
/** `PATCH /api/prices/:id`: what is absent stays. */
export const PricePatch = z
  .object({ model: ModelPattern, provider: Provider.nullable(), validFrom: Timestamp, ...Rates })
  .partial();

/** A model with usage, but without a cost, in the last 30 days. */
export const UnknownModel = z.object({
  model: z.string(),
  provider: z.string().nullable(),
  calls: z.int(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  lastSeen: Timestamp,
  /** It has a price by now: what came before it counts once costs are computed again. */
  hasPrice: z.boolean(),
});
export type UnknownModel = z.infer<typeof UnknownModel>;
/** `GET /api/prices/unknown`: most calls first, up to 200. */
export const UnknownModelList = z.object({ models: z.array(UnknownModel), total: z.int() });

/** `POST /api/prices/reprice` → 202: the costs of calls that started from `from` until before `to`. */
export const RepriceRequest = z
  .object({ from: Timestamp, to: Timestamp })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), { path: ["to"], message: "must be after from" });
export const Reprice = z.object({
  from: Timestamp,
  to: Timestamp,
  state: z.enum(["running", "done", "failed"]),
  /** Calls whose cost is computed here, of which so many were looked at, and so many got another cost. */
  total: z.int(),
  checked: z.int(),
  changed: z.int(),
  /** Why it failed. */
  error: z.string().nullable(),
  startedAt: Timestamp,
  finishedAt: Timestamp.nullable(),
});
export type Reprice = z.infer<typeof Reprice>;
/** `GET /api/prices/reprice`: the newest, `null` when there was none. */
export const RepriceStatus = z.object({ reprice: Reprice.nullable() });

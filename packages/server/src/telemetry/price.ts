/**
 * What a model call cost: by the project's own prices, else by the public price table that ships with the package.
 * Offline, and cheap enough for every span: which price applies is remembered by model and provider.
 */
import { calcPrice, type Provider } from "@pydantic/genai-prices";
import type { CostSource } from "@ratchet/protocol";
import { matchesPattern, specificityOf } from "./model-pattern.ts";
import { toProviderId } from "./provider-id.ts";
import type { Span, Usage } from "./span.ts";

/** A client can send any number of names; what they cost is forgotten together when there are more. */
const maxRemembered = 1000;
const million = 1_000_000;

export interface Call {
  /** That answered. */
  model: string | null;
  /** That was asked for, where it is known: a deployment or an alias may have the price. */
  requestModel: string | null;
  provider: string | null;
  usage: Usage;
  /** Prices change over time, and some by the hour of the day. */
  startMicros: number;
}

/** A price that the project has set for itself. */
export interface OwnPrice {
  /** A name, where `*` stands for any text. */
  model: string;
  /** `null` is any. */
  provider: string | null;
  validFromMicros: number;
  /** US dollars per million tokens; `null` for cached ones is what other input costs. */
  inputUsd: number;
  cacheReadUsd: number | null;
  cacheWriteUsd: number | null;
  outputUsd: number;
  /** US dollars for each call, beside its tokens. */
  requestUsd: number;
}

export interface Cost {
  costUsd: number;
  source: Exclude<CostSource, "client">;
}

/** `null` when no price is known, or the counts cannot be. Never negative. 5 to 15 µs by the table, 1 µs by own prices. */
export type Pricer = (call: Call) => Cost | null;

/** Which prices apply to a model of a provider: the first valid own one, else the table's. */
interface Applicable {
  own: OwnPrice[];
  table: TableEntry | null;
}
interface TableEntry {
  model: string;
  /** Of this model alone, so that it is not searched for again. */
  provider: Provider;
  /** Where the price depends on nothing else than the tokens, each by itself; `null` for tiers and conditions. */
  rates: Rates | null;
}

/** US dollars per million tokens. */
type Rates = Pick<OwnPrice, "inputUsd" | "outputUsd" | "requestUsd"> & { cacheReadUsd: number; cacheWriteUsd: number };

/**
 * Of several own prices that match, the one with the longest pattern counts, then one that names the provider, then the
 * newest that was valid when the call began.
 */
export function createPricer(ownPrices: readonly OwnPrice[] = []): Pricer {
  const ranked = ownPrices.toSorted(bySpecificity);
  const remembered = new Map<string, Applicable>();

  const findApplicable = (models: readonly string[], { provider, usage, startMicros }: Call): Applicable => {
    const key = [provider ?? "", ...models].join("\0");
    const known = remembered.get(key);
    if (known) return known;
    const found = {
      own: models.flatMap((model) => ranked.filter((price) => applies(price, model, provider))),
      table: findInTable(models, provider, usage, startMicros),
    };
    if (remembered.size >= maxRemembered) remembered.clear();
    remembered.set(key, found);
    return found;
  };

  return (call) => {
    const { model, requestModel, usage, startMicros } = call;
    const models = [model, requestModel].filter((name) => name !== null && name !== "") as string[];
    if (models.length === 0 || !isPossible(usage)) return null;
    const { own, table } = findApplicable(models, call);
    const price = own.find(({ validFromMicros }) => validFromMicros <= startMicros);
    if (price) return { costUsd: multiply(price, usage), source: "project" };
    if (!table) return null;
    const { provider, rates } = table;
    if (rates) return { costUsd: Math.max(0, multiply(rates, usage)), source: "table" };
    const priced = calcPrice(toTokens(usage), table.model, { provider, timestamp: toDate(startMicros) });
    return priced ? { costUsd: Math.max(0, priced.total_price), source: "table" } : null;
  };
}

/** The attributes that name the model which was asked for; they are kept whatever convention is read. */
export const requestModelKeys = ["gen_ai.request.model", "llm.request.model", "ai.model.id"];

export function readRequestModel(attributes: Span["attributes"]): string | null {
  for (const key of requestModelKeys) if (attributes[key]) return attributes[key];
  return null;
}

/** The table throws on counts that cannot be; own prices would make them negative. */
function isPossible({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: Usage): boolean {
  const counts = [inputTokens ?? 0, outputTokens ?? 0, cacheReadTokens, cacheWriteTokens];
  return counts.every((count) => count >= 0) && cacheReadTokens + cacheWriteTokens <= (inputTokens ?? 0);
}

function multiply(
  price: Omit<OwnPrice, "model" | "provider" | "validFromMicros">,
  { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: Usage,
): number {
  const uncached = (inputTokens ?? 0) - cacheReadTokens - cacheWriteTokens;
  const perMillion =
    uncached * price.inputUsd +
    cacheReadTokens * (price.cacheReadUsd ?? price.inputUsd) +
    cacheWriteTokens * (price.cacheWriteUsd ?? price.inputUsd) +
    (outputTokens ?? 0) * price.outputUsd;
  return perMillion / million + price.requestUsd;
}

function applies(price: OwnPrice, model: string, provider: string | null): boolean {
  return (
    matchesPattern(price.model, model) &&
    (price.provider === null || (provider !== null && toProviderId(price.provider) === toProviderId(provider)))
  );
}

function bySpecificity(a: OwnPrice, b: OwnPrice): number {
  return (
    specificityOf(b.model) - specificityOf(a.model) ||
    Number(b.provider !== null) - Number(a.provider !== null) ||
    b.validFromMicros - a.validFromMicros
  );
}

function findInTable(
  models: readonly string[],
  provider: string | null,
  usage: Usage,
  startMicros: number,
): TableEntry | null {
  const timestamp = toDate(startMicros);
  const providerId = provider === null ? undefined : toProviderId(provider);
  for (const model of models) {
    const found =
      (providerId !== undefined && calcPrice(toTokens(usage), model, { providerId, timestamp })) ||
      // A gateway or host that the table does not know: the model's own price.
      calcPrice(toTokens(usage), model, { timestamp });
    if (found) {
      const { prices } = found.model;
      const isFlat = !Array.isArray(prices) && Object.values(prices).every((price) => typeof price !== "object");
      const alone = { ...found.provider, models: [found.model] };
      return { model, provider: alone, rates: isFlat ? measureRates(model, alone) : null };
    }
  }
  return null;
}

/** What the table says of a million tokens of each sort: asking it for each call costs thirty times the multiplication. */
function measureRates(model: string, provider: Provider): Rates | null {
  const ask = (tokens: Partial<Usage>) => {
    const usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };
    return calcPrice(toTokens({ ...usage, ...tokens }), model, { provider })?.total_price ?? Number.NaN;
  };
  const requestUsd = ask({});
  const rates = {
    requestUsd,
    inputUsd: ask({ inputTokens: million }) - requestUsd,
    outputUsd: ask({ outputTokens: million }) - requestUsd,
    cacheReadUsd: ask({ inputTokens: million, cacheReadTokens: million }) - requestUsd,
    cacheWriteUsd: ask({ inputTokens: million, cacheWriteTokens: million }) - requestUsd,
  };
  return Object.values(rates).every(Number.isFinite) ? rates : null;
}

function toTokens(usage: Usage) {
  return {
    input_tokens: usage.inputTokens ?? 0,
    output_tokens: usage.outputTokens ?? 0,
    cache_read_tokens: usage.cacheReadTokens,
    cache_write_tokens: usage.cacheWriteTokens,
  };
}

function toDate(micros: number): Date {
  return new Date(micros / 1000);
}

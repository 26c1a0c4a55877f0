/** What a model call cost, by the public price table that ships with the package. Offline. */
import { calcPrice } from "@pydantic/genai-prices";
import type { Usage } from "./span.ts";

/** OpenTelemetry's provider names that the table knows under another name. */
const providerIds = new Map([
  ["azure.ai.openai", "azure"],
  ["azure.ai.inference", "azure"],
  ["x_ai", "x-ai"],
]);

/** Names that the table does not have are looked up once; a client can send any number of them. */
const maxRemembered = 1000;

export interface Call {
  model: string;
  provider: string | null;
  usage: Usage;
  /** Prices change over time, and some by the hour of the day. */
  startMicros: number;
}

/** A function that gives US dollars, or `null` when the model has no known price. 20 to 40 µs a call. */
export function createPricer(): (call: Call) => number | null {
  const unpriced = new Set<string>();
  return (call) => {
    const { inputTokens, cacheReadTokens, cacheWriteTokens } = call.usage;
    // The table throws on counts that cannot be.
    if (cacheReadTokens + cacheWriteTokens > (inputTokens ?? 0)) return null;
    const name = `${call.provider ?? ""}/${call.model}`;
    if (unpriced.has(name)) return null;
    const costUsd = findOptionalPrice(call);
    if (costUsd === null && unpriced.size < maxRemembered) unpriced.add(name);
    return costUsd;
  };
}

function findOptionalPrice({ model, provider, usage, startMicros }: Call): number | null {
  const tokens = {
    input_tokens: usage.inputTokens ?? 0,
    output_tokens: usage.outputTokens ?? 0,
    cache_read_tokens: usage.cacheReadTokens,
    cache_write_tokens: usage.cacheWriteTokens,
  };
  const timestamp = new Date(startMicros / 1000);
  const providerId = provider === null ? undefined : (providerIds.get(provider) ?? provider);
  const priced =
    (providerId !== undefined && calcPrice(tokens, model, { providerId, timestamp })) ||
    // A gateway or host that the table does not know: the model's own price.
    calcPrice(tokens, model, { timestamp });
  return priced ? priced.total_price : null;
}

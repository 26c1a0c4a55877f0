/** What the AI SDK counts: its versions and its providers disagree on whether the totals include the parts. */
import { isObject, type JsonObject } from "../json-value.ts";
import type { Attributes } from "../otlp.ts";
import type { ReportedUsage } from "../usage.ts";
import { readObject, readText, readTokens, toTokens } from "./read-attributes.ts";

/** Before version 6, these handed on what the provider counts: the cache apart from the input, the thoughts from the output. */
const exclusiveInput = /anthropic|bedrock/;
const exclusiveOutput = /^google/;

/**
 * `undefined` when the span has no counts of the SDK's own, and for the span around the calls of a version before 6: that
 * repeats its last call, or leaves out the writes to the cache.
 */
export function readAiSdkUsage(attributes: Attributes): ReportedUsage | undefined {
  const usageKeys = [...attributes.keys()].filter((key) => key.startsWith("ai.usage."));
  if (usageKeys.length === 0) return undefined;
  const version = readVersion(attributes, usageKeys);
  const operation = readText(attributes, "ai.operationId");
  const isCall = operation !== undefined && isProviderCall(operation);
  if (operation !== undefined && !isCall && version < 6) return undefined;
  // Around several calls, what the provider said is of the last one.
  const said = isCall ? readProviderMetadata(attributes) : {};
  const input = readTokens(
    attributes,
    "ai.usage.inputTokens",
    "ai.usage.promptTokens",
    "ai.usage.tokens",
    "gen_ai.usage.input_tokens",
  );
  const output = readTokens(
    attributes,
    "ai.usage.outputTokens",
    "ai.usage.completionTokens",
    "gen_ai.usage.output_tokens",
  );
  const provider = readText(attributes, "ai.model.provider") ?? "";
  return {
    input,
    output,
    total: readTokens(attributes, "ai.usage.totalTokens"),
    cacheRead:
      readTokens(attributes, "ai.usage.inputTokenDetails.cacheReadTokens", "ai.usage.cachedInputTokens") ??
      pick(said, "cacheReadInputTokens", "cache_read_input_tokens", "cachedPromptTokens", "cachedContentTokenCount"),
    cacheWrite:
      readTokens(attributes, "ai.usage.inputTokenDetails.cacheWriteTokens") ??
      pick(said, "cacheCreationInputTokens", "cache_creation_input_tokens", "cacheWriteInputTokens"),
    reasoning:
      readTokens(attributes, "ai.usage.outputTokenDetails.reasoningTokens", "ai.usage.reasoningTokens") ??
      pick(said, "reasoningTokens", "thoughtsTokenCount"),
    isInputExclusive: exclusiveInput.test(provider) && isAsSaid(input, pick(said, "input_tokens"), version),
    isOutputExclusive: exclusiveOutput.test(provider) && isAsSaid(output, pick(said, "candidatesTokenCount"), version),
  };
}

/** One request, in contrast to what is around it: `ai.generateText.doGenerate`, not `ai.generateText`. */
export function isProviderCall(operation: string): boolean {
  return /\.do[A-Z]\w*$/.test(operation);
}

/** The SDK's number is the provider's own. Where that is not told, the version says whether it was handed on. */
function isAsSaid(count: number | null, said: number | null, version: number): boolean {
  return said === null ? version < 6 : said === count;
}

/** Version 6 began to count the parts. Objects have none, and streams tell no version; 5 stands for all before 6. */
function readVersion(attributes: Attributes, usageKeys: readonly string[]): number {
  if (usageKeys.some((key) => key.includes("TokenDetails."))) return 6;
  const agent = /^ai\/(\d{1,3})\./.exec(readText(attributes, "ai.request.headers.user-agent") ?? "");
  return agent ? Number(agent[1]) : 5;
}

/** What the provider itself counted, under the names of its API: `{"anthropic":{"usage":{…}}}` and the like. */
function readProviderMetadata(attributes: Attributes): JsonObject {
  const providers = Object.values(readObject(attributes, "ai.response.providerMetadata") ?? {}).filter(isObject);
  const [counts = {}] = providers.map((provider) => {
    const nested = provider.usage ?? provider.usageMetadata;
    return isObject(nested) ? { ...provider, ...nested } : provider;
  });
  return counts;
}

function pick(counts: JsonObject, ...names: string[]): number | null {
  return toTokens(names.map((name) => counts[name]).find((value) => typeof value === "number"));
}

/** OpenTelemetry's GenAI conventions, and the older spellings of them that instrumentations still send. */
import type { Payload, SpanKind } from "@ratchet/protocol";
import { toMessages, toPayload, toSystemMessage } from "../messages.ts";
import type { Attributes, AttributeValue } from "../otlp.ts";
import type { Convention, SpanFacts } from "../span.ts";
import type { ReportedUsage } from "../usage.ts";
import { defined, readNumber, readText } from "./read-attributes.ts";

/** What the column holds; nobody counts more tokens in a call. */
const maxTokens = 2 ** 32 - 1;

/** A map, as a plain object would find `constructor` too. */
const kinds = new Map<string, SpanKind>(
  Object.entries({
    chat: "llm",
    generate_content: "llm",
    text_completion: "llm",
    embeddings: "embedding",
    retrieval: "retriever",
    search_memory: "retriever",
    create_agent: "agent",
    invoke_agent: "agent",
    execute_tool: "tool",
    rerank: "reranker",
  } as const),
);

const contentKeys = new Set([
  "gen_ai.system_instructions",
  "gen_ai.input.messages",
  "gen_ai.output.messages",
  "gen_ai.tool.call.arguments",
  "gen_ai.tool.call.result",
  "gen_ai.retrieval.query.text",
  "gen_ai.retrieval.documents",
  "gen_ai.prompt",
  "gen_ai.completion",
]);

export const otelGenai: Convention = {
  name: "otel-genai",
  recognises: ({ families }) => families.has("gen_ai") || families.has("operation") || families.has("llm"),
  read: ({ attributes }) =>
    defined<SpanFacts>({
      kind: readKind(attributes),
      model: readText(attributes, "gen_ai.response.model", "gen_ai.request.model"),
      provider: readText(attributes, "gen_ai.provider.name", "gen_ai.system"),
      responseId: readText(attributes, "gen_ai.response.id"),
      usage: readUsage(attributes),
      costUsd: readNumber(attributes, "gen_ai.usage.cost", "operation.cost", "llm.cost.total"),
      sessionId: readText(attributes, "gen_ai.conversation.id"),
      userId: readText(attributes, "enduser.id"),
      input: readInput(attributes),
      output: readOutput(attributes),
    }),
  isContent: (key) => contentKeys.has(key),
};

/** Operations unknown to us are steps of a chain; without an operation, a model and tokens make a model call. */
function readKind(attributes: Attributes): SpanKind | undefined {
  const operation = readText(attributes, "gen_ai.operation.name");
  if (operation !== undefined) return kinds.get(operation) ?? "chain";
  if (attributes.has("gen_ai.tool.name")) return "tool";
  return attributes.has("gen_ai.request.model") ? "llm" : undefined;
}

function readUsage(attributes: Attributes): ReportedUsage {
  const read = (...keys: string[]) => {
    const value = readNumber(attributes, ...keys);
    return value === undefined || value > maxTokens ? null : Math.round(value);
  };
  return {
    input: read("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.usage.prompt_tokens"),
    output: read("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.usage.completion_tokens"),
    total: read("gen_ai.usage.total_tokens", "llm.usage.total_tokens"),
    cacheRead: read(
      "gen_ai.usage.cache_read.input_tokens",
      "gen_ai.usage.cache_read_input_tokens",
      "gen_ai.usage.input_tokens.cached",
      "gen_ai.usage.input_cached_tokens",
      "gen_ai.usage.details.cache_read_tokens",
    ),
    cacheWrite: read(
      "gen_ai.usage.cache_write.input_tokens",
      "gen_ai.usage.cache_creation.input_tokens",
      "gen_ai.usage.cache_creation_input_tokens",
      "gen_ai.usage.input_tokens.cache_write",
      "gen_ai.usage.details.cache_write_tokens",
    ),
    reasoning: read("gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.reasoning_tokens"),
  };
}

function readInput(attributes: Attributes): Payload[] | undefined {
  const messages = readMessages("input", attributes, "gen_ai.input.messages", "gen_ai.prompt");
  const instructions = readContent(attributes, "gen_ai.system_instructions");
  if (instructions !== undefined) {
    const system = toSystemMessage(instructions);
    const [first] = messages ?? [];
    if (first?.role === "system" && first.content === system.content) return messages;
    return [system, ...(messages ?? [])];
  }
  if (messages) return messages;
  const value = readContent(attributes, "gen_ai.tool.call.arguments", "gen_ai.retrieval.query.text");
  return value === undefined ? undefined : [toPayload("input", value)];
}

function readOutput(attributes: Attributes): Payload[] | undefined {
  const messages = readMessages("output", attributes, "gen_ai.output.messages", "gen_ai.completion");
  if (messages) return messages;
  const value = readContent(attributes, "gen_ai.tool.call.result", "gen_ai.retrieval.documents");
  return value === undefined ? undefined : [toPayload("output", value)];
}

function readMessages(role: string, attributes: Attributes, ...keys: string[]): Payload[] | undefined {
  const value = readContent(attributes, ...keys);
  return value === undefined ? undefined : toMessages(role, value);
}

/** Some instrumentations write an empty text, list or object for nothing. */
function readContent(attributes: Attributes, ...keys: string[]): AttributeValue | undefined {
  for (const key of keys) {
    const value = attributes.get(key);
    if (value === undefined || value === null || value === "" || value === "[]" || value === "{}") continue;
    if (Array.isArray(value) && value.length === 0) continue;
    return value;
  }
  return undefined;
}

/** OpenInference, as Arize's instrumentations and Phoenix write it. */
import type { Payload, PromptRef, SpanKind } from "@ratchet/protocol";
import { isObject, type JsonObject, parseJson } from "../json-value.ts";
import { type Messages, readMessages, readPayloads, readRequest, toPayload } from "../messages.ts";
import type { Attributes, AttributeValue } from "../otlp.ts";
import type { Convention, SentSpan, SpanFacts } from "../span.ts";
import type { ReportedUsage } from "../usage.ts";
import {
  defined,
  readContent,
  readNumber,
  readObject,
  readText,
  readTexts,
  readTokens,
  toMetadata,
} from "./read-attributes.ts";
import { findList, unflatten } from "./unflatten.ts";

const kinds = new Map<string, SpanKind>(
  Object.entries({
    LLM: "llm",
    EMBEDDING: "embedding",
    CHAIN: "chain",
    RETRIEVER: "retriever",
    RERANKER: "reranker",
    TOOL: "tool",
    AGENT: "agent",
    GUARDRAIL: "guardrail",
    EVALUATOR: "evaluator",
    PROMPT: "chain",
  } as const),
);

const lists = new Set([
  "llm.input_messages",
  "llm.output_messages",
  "llm.prompts",
  "llm.choices",
  "retrieval.documents",
  "reranker.input_documents",
  "reranker.output_documents",
  "embedding.embeddings",
]);
const families = ["openinference", "llm", "input", "output", "retrieval", "reranker", "embedding", "metadata", "tag"];
const contentKeys = new Set(["input.value", "output.value", "reranker.query", "llm.prompts", "metadata", "tag.tags"]);
/** SDKs keep 128 attributes a span unless they are told otherwise, and leave out those that come later. */
const usualMaxAttributes = 128;

const toolCall = "tool_call";

export const openinference: Convention = {
  name: "openinference",
  recognises: (span) => families.some((family) => span.families.has(family)),
  read(span) {
    const { attributes } = span;
    const kind = kinds.get(readText(attributes, "openinference.span.kind")?.toUpperCase() ?? "");
    const metadata = toMetadata(readObject(attributes, "metadata"));
    return defined<SpanFacts>({
      kind,
      model: readText(attributes, "llm.response.model_name", "llm.model_name"),
      requestModel: readText(attributes, "llm.request.model_name", "embedding.model_name", "reranker.model_name"),
      // LangChain's own metadata names a provider where the instrumentation does not.
      provider: readText(attributes, "llm.provider", "llm.system") ?? metadata?.ls_provider,
      responseId: readResponseId(attributes, kind),
      usage: readUsage(span),
      costUsd: readCost(attributes),
      tags: readTexts(attributes, "tag.tags"),
      metadata,
      prompt: readPrompt(attributes),
      ...readContents(attributes, kind),
    });
  },
  isContent: (key) => contentKeys.has(key) || (findList(key, lists) !== undefined && !key.endsWith(".vector")),
};

/** OpenAI's and Anthropic's answers begin with their id; the whole of it is not worth parsing for that. */
function readResponseId(attributes: Attributes, kind: SpanKind | undefined): string | undefined {
  const output = attributes.get("output.value");
  if (kind !== "llm" || typeof output !== "string") return undefined;
  return /^\{\s*"id":\s*"([^"\\]{1,200})"/.exec(output.slice(0, 300))?.[1];
}

function readUsage({ attributes, scopeName }: SentSpan): ReportedUsage | undefined {
  const input = readTokens(attributes, "llm.token_count.prompt");
  const output = readTokens(attributes, "llm.token_count.completion");
  if (input === null && output === null) return undefined;
  return {
    input,
    output,
    total: readTokens(attributes, "llm.token_count.total"),
    cacheRead: readTokens(
      attributes,
      "llm.token_count.prompt_details.cache_read",
      "llm.token_count.prompt_details.cache_input",
    ),
    cacheWrite: readTokens(attributes, "llm.token_count.prompt_details.cache_write"),
    reasoning: readTokens(attributes, "llm.token_count.completion_details.reasoning"),
    // It passes on Anthropic's own counts, where all other instrumentations of this family add the cache.
    isInputExclusive: /claude[-_]agent[-_]sdk/.test(scopeName),
  };
}

function readCost(attributes: Attributes): number | undefined {
  const total = readNumber(attributes, "llm.cost.total");
  if (total !== undefined) return total;
  const parts = [readNumber(attributes, "llm.cost.prompt"), readNumber(attributes, "llm.cost.completion")];
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, part) => sum + part, 0);
}

function readPrompt(attributes: Attributes): PromptRef | undefined {
  const name = readText(attributes, "prompt.id");
  return name === undefined ? undefined : { name, version: readText(attributes, "llm.prompt_template.version") ?? "" };
}

type Contents = Pick<SpanFacts, "input" | "output" | "finishReasons">;

function readContents(attributes: Attributes, kind: SpanKind | undefined): Contents {
  const items = unflatten(attributes, lists);
  const input = readInput(attributes, items, kind);
  const output = readOutput(attributes, items, kind);
  const finishReason = readText(attributes, "llm.finish_reason");
  const finishReasons = finishReason === undefined ? output?.finishReasons : [finishReason];
  return {
    ...(input && { input: input.payloads }),
    ...(output && { output: output.payloads }),
    ...(finishReasons?.length && { finishReasons }),
  };
}

type Items = ReadonlyMap<string, AttributeValue[]>;

function readInput(attributes: Attributes, items: Items, kind: SpanKind | undefined): Messages | undefined {
  const texts = items.get("embedding.embeddings")?.map((item) => within(item, "embedding", "text")) ?? [];
  const known = texts.filter((text) => text !== undefined);
  if (known.length > 0) return one("input", known.length === 1 ? (known[0] ?? "") : known);
  const documents = items.get("reranker.input_documents")?.map(toDocument);
  if (documents) return one("input", { query: readText(attributes, "reranker.query") ?? "", documents });
  const messages =
    readFlatMessages("input", items.get("llm.input_messages")) ??
    readTexted("input", items.get("llm.prompts"), "prompt");
  return choose(attributes, kind, "input", messages);
}

function readOutput(attributes: Attributes, items: Items, kind: SpanKind | undefined): Messages | undefined {
  const documents = items.get("reranker.output_documents") ?? items.get("retrieval.documents");
  if (documents) return one("output", documents.map(toDocument));
  const messages =
    readFlatMessages("output", items.get("llm.output_messages")) ??
    readTexted("output", items.get("llm.choices"), "completion");
  return choose(attributes, kind, "output", messages);
}

/** The lists of messages of model calls and agents; the value of other spans, whose lists are their children's. */
function choose(
  attributes: Attributes,
  kind: SpanKind | undefined,
  role: "input" | "output",
  messages: Messages | undefined,
): Messages | undefined {
  const value = readContent(attributes, `${role}.value`);
  const isOfMessages = kind === undefined || kind === "llm" || kind === "agent";
  if (value === undefined) return messages;
  if (!isOfMessages || !messages) return readPayloads(kind, role, value);
  if (attributes.size < usualMaxAttributes && !lacksInstructions(messages, value)) return messages;
  const { payloads, finishReasons } = readRequest(role, value);
  // What a request has beside its messages is told by other attributes.
  const whole = payloads.filter((payload) => payload.role !== role);
  return whole.length <= messages.payloads.length ? messages : { payloads: whole, finishReasons };
}

/** Anthropic's instructions are no message, and missing in the list; they are in the request. */
function lacksInstructions({ payloads }: Messages, value: AttributeValue): boolean {
  if (payloads.some(({ role }) => role === "system" || role === "developer")) return false;
  return typeof value === "string" && /"(system|systemInstruction|instructions)":/.test(value);
}

function readFlatMessages(role: string, items: AttributeValue[] | undefined): Messages | undefined {
  if (items === undefined) return undefined;
  const assumedRole = role === "output" ? "assistant" : "user";
  return readMessages(
    role,
    items.map((item) => toMessage(item, assumedRole)),
  );
}

/**
 * Each level of a flat message is wrapped under a name of its own: `contents.0.message_content.text`. Some
 * instrumentations write a text and calls of tools a second time beside the list of contents.
 */
function toMessage(item: AttributeValue, assumedRole: string): JsonObject {
  const { contents, content, tool_calls, function_call_name, function_call_arguments_json, ...message } = asObject(
    within(item, "message"),
  );
  const parts = asList(contents).map(toPart);
  const calls = asList(tool_calls)
    .map(toToolCall)
    .filter(({ id }) => !parts.some((part) => part.type === toolCall && part.id === id));
  return {
    role: assumedRole,
    ...message,
    ...(content !== undefined && !parts.some(({ text }) => text === content) && { content }),
    ...(parts.length > 0 && { parts }),
    ...(calls.length > 0 && { tool_calls: calls }),
    ...(function_call_name !== undefined && {
      function_call: { name: function_call_name, arguments: function_call_arguments_json ?? "" },
    }),
  };
}

function toPart(item: AttributeValue): JsonObject {
  if (within(item, "tool_call") !== undefined) return { ...toToolCall(item), type: toolCall };
  const { image, audio, ...part } = asObject(within(item, "message_content"));
  const medium = isObject(image)
    ? asObject(image.image ?? image)
    : isObject(audio)
      ? asObject(audio.audio ?? audio)
      : {};
  return { ...part, ...medium };
}

function toToolCall(item: AttributeValue): JsonObject {
  return asObject(within(item, "tool_call"));
}

function readTexted(role: string, items: AttributeValue[] = [], wrapper: string): Messages | undefined {
  const texts = items.map((item) => within(item, wrapper, "text")).filter((text) => text !== undefined);
  if (texts.length === 0) return undefined;
  const assumedRole = role === "output" ? "assistant" : "user";
  return readMessages(
    role,
    texts.map((content) => ({ role: assumedRole, content })),
  );
}

function toDocument(item: AttributeValue): AttributeValue {
  const document = within(item, "document");
  return isObject(document)
    ? { ...document, ...(document.metadata && { metadata: parseJson(document.metadata) }) }
    : item;
}

function one(role: string, value: AttributeValue): Messages {
  return { payloads: [toPayload(role, value)] satisfies Payload[], finishReasons: [] };
}

function within(value: AttributeValue | undefined, ...path: string[]): AttributeValue | undefined {
  let inner = value;
  for (const step of path) inner = isObject(inner) ? inner[step] : undefined;
  return inner;
}

function asObject(value: AttributeValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function asList(value: AttributeValue | undefined): AttributeValue[] {
  return Array.isArray(value) ? value : [];
}

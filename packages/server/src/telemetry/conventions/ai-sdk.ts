/**
 * Vercel's AI SDK. Versions 4 to 6, and 7 with its older integration, write spans named `ai.*`; 7 writes OpenTelemetry's
 * GenAI names, and `ai.*` attributes only for what these lack.
 */
import type { Payload, SpanKind } from "@ratchet/protocol";
import { boundText } from "../bound-text.ts";
import { parseJson } from "../json-value.ts";
import { readMessages, readRequest, toPayload } from "../messages.ts";
import type { Attributes, AttributeValue } from "../otlp.ts";
import type { Convention, SentSpan, SpanFacts } from "../span.ts";
import { toAnswer } from "./ai-sdk-answer.ts";
import { isProviderCall, readAiSdkUsage } from "./ai-sdk-usage.ts";
import {
  defined,
  readBelow,
  readContent,
  readNumber,
  readSecondsAsMs,
  readText,
  readTexts,
} from "./read-attributes.ts";

/** Of the vectors of an embedding: enough to see what they are. */
const maxVectorCharacters = 1000;
/** What the application said of itself: until version 6, and since 7. */
const contextPrefixes = ["ai.telemetry.metadata.", "ai.settings.context."];
const sessionKeys = ["sessionId", "threadId", "conversationId", "chatId"];

const calls = new Map<string, SpanKind>([
  ["doEmbed", "embedding"],
  ["doRerank", "reranker"],
]);

const contentKeys = new Set([
  "ai.prompt",
  "ai.prompt.messages",
  "ai.response.text",
  "ai.response.reasoning",
  "ai.response.toolCalls",
  "ai.response.object",
  "ai.result.text",
  "ai.result.toolCalls",
  "ai.result.object",
  "ai.toolCall.args",
  "ai.toolCall.result",
  "ai.value",
  "ai.values",
  "ai.embedding",
  "ai.embeddings",
  "ai.documents",
  "ai.ranking",
]);

export const aiSdk: Convention = {
  name: "ai-sdk",
  // Version 7's spans may have no `ai.*` at all.
  recognises: ({ families, scopeName }) => families.has("ai") || scopeName === "gen_ai",
  read: (span) => {
    const { attributes } = span;
    return defined<SpanFacts>({
      kind: readKind(attributes),
      name: readName(span),
      model: readText(attributes, "ai.response.model"),
      requestModel: readText(attributes, "ai.model.id"),
      provider: readText(attributes, "ai.model.provider"),
      responseId: readText(attributes, "ai.response.id"),
      usage: readAiSdkUsage(attributes),
      timeToFirstTokenMs:
        readNumber(attributes, "ai.response.msToFirstChunk", "ai.stream.msToFirstChunk") ??
        readSecondsAsMs(attributes, "gen_ai.client.operation.time_to_first_chunk"),
      finishReasons: readFinishReasons(attributes),
      input: readInput(attributes),
      output: readOutput(attributes),
      ...readContext(attributes),
    });
  },
  isContent: (key) => contentKeys.has(key) || contextPrefixes.some((prefix) => key.startsWith(prefix)),
};

/** Only `.do…` is a call of a provider; what is around it may be many of them, and repeats their usage. */
function readKind(attributes: Attributes): SpanKind | undefined {
  const operation = readText(attributes, "ai.operationId");
  if (operation === undefined) return undefined;
  if (operation === "ai.toolCall") return "tool";
  if (isProviderCall(operation)) return calls.get(operation.slice(operation.lastIndexOf(".") + 1)) ?? "llm";
  return /^ai\.(generate|stream)(Text|Object)$/.test(operation) ? "agent" : "chain";
}

/** What the application calls it, as the SDK's own names are the same for everything an application does. */
function readName({ attributes, scopeName }: SentSpan): string | undefined {
  const operation = readText(attributes, "ai.operationId");
  if (operation === "ai.toolCall") return readText(attributes, "ai.toolCall.name");
  if (operation !== undefined && !isProviderCall(operation)) return readText(attributes, "ai.telemetry.functionId");
  const isAgent = scopeName === "gen_ai" && attributes.get("gen_ai.operation.name") === "invoke_agent";
  return isAgent ? readText(attributes, "gen_ai.agent.name") : undefined;
}

function readContext(attributes: Attributes): SpanFacts {
  for (const prefix of contextPrefixes) {
    const context = readBelow(attributes, prefix);
    if (context === undefined) continue;
    const tags = readTexts(attributes, `${prefix}tags`);
    const { tags: _, ...withoutTags } = context;
    return defined<SpanFacts>({
      userId: readText(attributes, `${prefix}userId`),
      sessionId: readText(attributes, ...sessionKeys.map((key) => prefix + key)),
      tags,
      metadata: tags ? withoutTags : context,
    });
  }
  return {};
}

function readFinishReasons(attributes: Attributes): string[] | undefined {
  const reason = readText(attributes, "ai.response.finishReason", "ai.finishReason");
  return reason === undefined ? undefined : [reason];
}

function readInput(attributes: Attributes): Payload[] | undefined {
  const messages = readContent(attributes, "ai.prompt.messages");
  if (messages !== undefined) return readMessages("input", messages).payloads;
  const prompt = readContent(attributes, "ai.prompt");
  if (prompt !== undefined) return readPrompt(prompt);
  const value = readContent(attributes, "ai.toolCall.args", "ai.value", "ai.values", "ai.documents");
  return value === undefined ? undefined : [toPayload("input", parseItems(value))];
}

/** Of a root: `{ system, prompt }` or `{ system, messages }`, where a prompt may be messages too. */
function readPrompt(prompt: AttributeValue): Payload[] {
  const parsed = parseJson(prompt);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return [toPayload("input", prompt)];
  const { prompt: text, ...rest } = parsed;
  if (text === undefined) return readRequest("input", parsed).payloads;
  const messages = Array.isArray(text) ? text : [{ role: "user", content: text }];
  return readRequest("input", { ...rest, messages }).payloads;
}

function readOutput(attributes: Attributes): Payload[] | undefined {
  const answer = toAnswer({
    reasoning: readContent(attributes, "ai.response.reasoning") ?? null,
    text: readContent(attributes, "ai.response.text", "ai.result.text") ?? null,
    object: readContent(attributes, "ai.response.object", "ai.result.object") ?? null,
    toolCalls: parseJson(readContent(attributes, "ai.response.toolCalls", "ai.result.toolCalls") ?? null),
  });
  if (answer) return answer;
  const value = readContent(attributes, "ai.toolCall.result", "ai.ranking");
  if (value !== undefined) return [toPayload("output", parseItems(value))];
  const vectors = readContent(attributes, "ai.embedding", "ai.embeddings");
  if (vectors === undefined) return undefined;
  const { role, content } = toPayload("output", parseItems(vectors));
  return [{ role, content: boundText(content, maxVectorCharacters) }];
}

/** The SDK writes a list as a list of JSON texts. */
function parseItems(value: AttributeValue): AttributeValue {
  if (!Array.isArray(value)) return value;
  return value.map((item) => {
    const isText = typeof item === "string" && item.startsWith('"');
    return isText ? toPayload("", item).content : parseJson(item);
  });
}

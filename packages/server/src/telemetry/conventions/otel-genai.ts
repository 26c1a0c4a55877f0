/** OpenTelemetry's GenAI conventions: the current names, and the older ones that instrumentations still send. */
import type { Payload, SpanKind } from "@ratchet/protocol";
import { callDetailsEvent, isContentEvent, readContentEvent } from "../content-events.ts";
import { readMessages, toPayload, toSystemMessage } from "../messages.ts";
import type { Attributes, OtlpEvent } from "../otlp.ts";
import type { Convention, SpanFacts } from "../span.ts";
import type { ReportedUsage } from "../usage.ts";
import {
  defined,
  readContent,
  readNumber,
  readSecondsAsMs,
  readText,
  readTexts,
  readTokens,
} from "./read-attributes.ts";

/** A map, as a plain object would find `constructor` too. */
const kinds = new Map<string, SpanKind>(
  Object.entries({
    chat: "llm",
    generate_content: "llm",
    text_completion: "llm",
    embeddings: "embedding",
    rerank: "reranker",
    retrieval: "retriever",
    search_memory: "retriever",
    create_memory: "chain",
    update_memory: "chain",
    upsert_memory: "chain",
    delete_memory: "chain",
    create_memory_store: "chain",
    delete_memory_store: "chain",
    create_agent: "agent",
    invoke_agent: "agent",
    invoke_workflow: "chain",
    plan: "chain",
    execute_tool: "tool",
  } as const),
);

/** Of spans without an operation: what only a span of that kind says. */
const telling: readonly (readonly [key: string, kind: SpanKind])[] = [
  ["gen_ai.tool.name", "tool"],
  ["gen_ai.tool.call.id", "tool"],
  ["gen_ai.retrieval.documents", "retriever"],
  ["gen_ai.retrieval.query.text", "retriever"],
  ["gen_ai.data_source.id", "retriever"],
  ["gen_ai.embeddings.dimension.count", "embedding"],
  ["gen_ai.request.model", "llm"],
];

const contentKeys = new Set([
  "gen_ai.system_instructions",
  "gen_ai.input.messages",
  "gen_ai.output.messages",
  "gen_ai.tool.call.arguments",
  "gen_ai.tool.call.result",
  "gen_ai.retrieval.query.text",
  "gen_ai.retrieval.documents",
]);

export const otelGenai: Convention = {
  name: "otel-genai",
  recognises: ({ families }) => families.has("gen_ai"),
  read({ attributes, events }) {
    const kind = readKind(attributes);
    return defined<SpanFacts>({
      ...kind,
      model: readText(attributes, "gen_ai.response.model"),
      requestModel: readText(attributes, "gen_ai.request.model"),
      provider: readText(attributes, "gen_ai.provider.name", "gen_ai.system"),
      responseId: readText(attributes, "gen_ai.response.id"),
      usage: readGenaiUsage(attributes),
      costUsd: readNumber(attributes, "gen_ai.usage.cost", "operation.cost"),
      timeToFirstTokenMs: readSecondsAsMs(
        attributes,
        "gen_ai.response.time_to_first_chunk",
        "gen_ai.client.operation.time_to_first_chunk",
        "gen_ai.server.ttft",
      ),
      sessionId: readText(attributes, "gen_ai.conversation.id"),
      userId: readText(attributes, "enduser.id"),
      ...readContents(attributes, events, kind.kind === "tool"),
    });
  },
  isContent: (key) => contentKeys.has(key),
};

/** Operations that are not known are steps of a chain, unless another convention knows better. */
function readKind(attributes: Attributes): Pick<SpanFacts, "kind" | "isKindWeak"> {
  const operation = readText(attributes, "gen_ai.operation.name");
  const kind = operation === undefined ? undefined : kinds.get(operation);
  if (kind !== undefined) return { kind };
  if (operation !== undefined) return { kind: "chain", isKindWeak: true };
  const told = telling.find(([key]) => attributes.has(key));
  return told === undefined ? {} : { kind: told[1], isKindWeak: true };
}

export function readGenaiUsage(attributes: Attributes): ReportedUsage | undefined {
  const input = readTokens(attributes, "gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens");
  const output = readTokens(attributes, "gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens");
  if (input === null && output === null) return undefined;
  return {
    input,
    output,
    total: readTokens(attributes, "gen_ai.usage.total_tokens", "llm.usage.total_tokens"),
    cacheRead: readTokens(
      attributes,
      "gen_ai.usage.cache_read.input_tokens",
      "gen_ai.usage.cache_read_input_tokens",
      "gen_ai.usage.input_tokens.cached",
      "gen_ai.usage.input_cached_tokens",
      "gen_ai.usage.details.cache_read_tokens",
    ),
    cacheWrite: readTokens(
      attributes,
      "gen_ai.usage.cache_write.input_tokens",
      "gen_ai.usage.cache_creation.input_tokens",
      "gen_ai.usage.cache_creation_input_tokens",
      "gen_ai.usage.input_tokens.cache_write",
      "gen_ai.usage.details.cache_write_tokens",
    ),
    reasoning: readTokens(
      attributes,
      "gen_ai.usage.reasoning.output_tokens",
      "gen_ai.usage.reasoning_tokens",
      "gen_ai.usage.output_tokens.reasoning",
      "gen_ai.usage.details.reasoning_tokens",
    ),
  };
}

type Contents = Pick<SpanFacts, "input" | "output" | "finishReasons" | "areEventsRead">;

/** Messages from attributes, else from the span's events, else the one value of a tool or a retrieval. */
function readContents(attributes: Attributes, events: readonly OtlpEvent[], isTool: boolean): Contents {
  const told = readEvents(events);
  const output = readContent(attributes, "gen_ai.output.messages");
  const messages = output === undefined ? undefined : readMessages("output", output);
  const given = readValue("input", attributes, "gen_ai.tool.call.arguments", "gen_ai.retrieval.query.text");
  const found = readValue("output", attributes, "gen_ai.tool.call.result", "gen_ai.retrieval.documents");
  const finishReasons = readTexts(attributes, "gen_ai.response.finish_reasons") ?? messages?.finishReasons;
  const contents: Contents = {};
  const input = (isTool ? given : undefined) ?? readInput(attributes) ?? told?.input ?? given;
  const result = (isTool ? found : undefined) ?? messages?.payloads ?? told?.output ?? found;
  if (input) contents.input = input;
  if (result) contents.output = result;
  if (told && (input === told.input || result === told.output)) contents.areEventsRead = true;
  const reasons = finishReasons?.length ? finishReasons : told?.finishReasons;
  if (reasons?.length) contents.finishReasons = reasons;
  return contents;
}

/** Instructions are the first message, unless it is there already. */
function readInput(attributes: Attributes): Payload[] | undefined {
  const value = readContent(attributes, "gen_ai.input.messages");
  const messages = value === undefined ? undefined : readMessages("input", value).payloads;
  const instructions = readContent(attributes, "gen_ai.system_instructions");
  if (instructions === undefined) return messages;
  const system = toSystemMessage(instructions);
  const [first] = messages ?? [];
  if (messages && first?.role === "system" && first.content === system.content) return messages;
  return [system, ...(messages ?? [])];
}

function readEvents(events: readonly OtlpEvent[]): Contents | undefined {
  if (events.length === 0) return undefined;
  const ofContent = events.filter(({ name }) => isContentEvent(name));
  const details = ofContent.filter(({ name }) => name === callDetailsEvent);
  const read = (details.length > 0 ? details : ofContent).map(readContentEvent).filter((content) => content !== null);
  const input = read.flatMap((content) => content.input);
  const output = read.flatMap((content) => content.output);
  return {
    ...(input.length > 0 && { input }),
    ...(output.length > 0 && { output }),
    finishReasons: read.flatMap((content) => content.finishReasons),
  };
}

function readValue(role: string, attributes: Attributes, ...keys: string[]): Payload[] | undefined {
  const value = readContent(attributes, ...keys);
  return value === undefined ? undefined : [toPayload(role, value)];
}

/** Logfire's spans and logs, and the agents of pydantic-ai, which write Logfire's attributes with or without it. */
import type { Payload, SpanKind } from "@ratchet/protocol";
import { isObject, parseJson } from "../message-parts.ts";
import { readMessages, toPayload, toSystemMessage } from "../messages.ts";
import type { Attributes, AttributeValue } from "../otlp.ts";
import type { Convention, SentSpan, SpanFacts } from "../span.ts";
import type { ReportedUsage } from "../usage.ts";
import { defined, readContent, readNumber, readText, readTexts, readTokens } from "./read-attributes.ts";

const conversationKeys = ["pydantic_ai.all_messages", "all_messages_events"];
const contentKeys = new Set([...conversationKeys, "final_result", "events", "tool_arguments", "tool_response"]);
const aggregated = "gen_ai.aggregated_usage.";
/** Logfire's levels are OpenTelemetry's severity numbers. */
const errorLevel = 17;

export const logfire: Convention = {
  name: "logfire",
  recognises: ({ scopeName, families }) => scopeName === "pydantic-ai" || families.has("logfire"),
  read(span) {
    const { attributes } = span;
    const isLog = attributes.get("logfire.span_type") === "log";
    const message = readText(attributes, "logfire.msg");
    return defined<SpanFacts>({
      kind: readKind(span),
      // Of a span it would hold the values of this call, where traces are told apart by what they have in common.
      name: isLog ? message : undefined,
      standsFor: readPlaceholder(span),
      usage: readAggregate(attributes),
      tags: readTexts(attributes, "logfire.tags"),
      error: (readNumber(attributes, "logfire.level_num") ?? 0) >= errorLevel ? (isLog && message) || "" : undefined,
      ...readContents(attributes),
    });
  },
  isContent: (key) => contentKeys.has(key),
};

/** Of pydantic-ai before it named its operations. */
function readKind({ scopeName, name, attributes }: SentSpan): SpanKind | undefined {
  if (scopeName !== "pydantic-ai" || attributes.has("gen_ai.operation.name")) return undefined;
  if (attributes.has("agent_name")) return "agent";
  return name.startsWith("running") && !attributes.has("gen_ai.tool.name") ? "chain" : undefined;
}

/** While a span runs, a copy of it with an id of its own stands below it, and names the parent of the real one. */
function readPlaceholder({ attributes, parentSpanId }: SentSpan): SpanFacts["standsFor"] {
  const realParent = attributes.get("logfire.pending_parent_id");
  if (attributes.get("logfire.span_type") !== "pending_span" || !/^[0-9a-f]{16}$/.test(parentSpanId)) return undefined;
  const isId = typeof realParent === "string" && /^[0-9a-f]{16}$/.test(realParent);
  return { spanId: parentSpanId, parentSpanId: isId ? realParent : "" };
}

/** The sum of an agent's calls, under names that keep it from being counted beside them. */
function readAggregate(attributes: Attributes): ReportedUsage | undefined {
  const read = (name: string) => readTokens(attributes, aggregated + name);
  const [input, output] = [read("input_tokens"), read("output_tokens")];
  if (input === null && output === null) return undefined;
  return {
    input,
    output,
    total: null,
    cacheRead: read("cache_read.input_tokens"),
    cacheWrite: readTokens(
      attributes,
      `${aggregated}cache_write.input_tokens`,
      `${aggregated}cache_creation.input_tokens`,
      `${aggregated}details.cache_write_tokens`,
    ),
    reasoning: read("details.reasoning_tokens"),
  };
}

type Contents = Pick<SpanFacts, "input" | "output" | "finishReasons">;

function readContents(attributes: Attributes): Contents {
  const conversation = readContent(attributes, ...conversationKeys);
  if (conversation !== undefined) return readConversation(attributes, conversation);
  const events = readContent(attributes, "events");
  if (events !== undefined) return split(readMessages("input", withoutMarks(events)).payloads, 0);
  const given = readContent(attributes, "tool_arguments");
  const found = readContent(attributes, "tool_response");
  const result = readContent(attributes, "final_result");
  return {
    ...(given !== undefined && { input: [toPayload("input", given)] }),
    ...((found ?? result) !== undefined && { output: [toPayload("output", found ?? result ?? "")] }),
  };
}

/** What the agent was given, and what its run added to it. */
function readConversation(attributes: Attributes, conversation: AttributeValue): Contents {
  const { payloads, finishReasons } = readMessages("input", withoutMarks(conversation));
  const { input = [], output = [] } = split(payloads, readNumber(attributes, "pydantic_ai.new_message_index") ?? 0);
  const instructions = readContent(attributes, "gen_ai.system_instructions");
  const result = readContent(attributes, "final_result");
  const isTold = result === undefined || output.at(-1)?.content === toPayload("output", result).content;
  return {
    input: instructions === undefined ? input : [toSystemMessage(instructions), ...input],
    output: isTold ? output : [...output, toPayload("output", result)],
    ...(finishReasons.length > 0 && { finishReasons: finishReasons.slice(-1) }),
  };
}

/** From the first answer after what was said before on, it is the output. */
function split(payloads: Payload[], newMessageIndex: number): Contents {
  const answer = payloads.findIndex(({ role }, index) => index >= newMessageIndex && role === "assistant");
  const end = answer === -1 ? payloads.length : answer;
  return { input: payloads.slice(0, end), ...(end < payloads.length && { output: payloads.slice(end) }) };
}

/** Messages that were events carry their event's name and their number. */
function withoutMarks(value: AttributeValue): AttributeValue {
  const list = parseJson(value);
  if (!Array.isArray(list)) return value;
  return list.map((item) => {
    if (!isObject(item)) return item;
    const { "event.name": _, "gen_ai.message.index": __, ...message } = item;
    return message;
  });
}

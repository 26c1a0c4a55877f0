/** Logfire's spans and logs, and the agents of pydantic-ai, which write Logfire's attributes with or without it. */
import type { Payload, SpanKind } from "@ratchet/protocol";
import { isObject, parseJson } from "../json-value.ts";
import { readMessages, toPayload, toSystemMessage } from "../messages.ts";
import type { Attributes, AttributeValue } from "../otlp.ts";
import type { Convention, SentSpan, SpanFacts } from "../span.ts";
import type { ReportedUsage } from "../usage.ts";
import { readGenaiUsage } from "./otel-genai.ts";
import {
  defined,
  readContent,
  readNumber,
  readObject,
  readText,
  readTexts,
  readTokens,
  toTokens,
} from "./read-attributes.ts";

const conversationKeys = ["pydantic_ai.all_messages", "all_messages_events"];
const contentKeys = new Set([...conversationKeys, "final_result", "events", "tool_arguments", "tool_response"]);
/** Of the spans that it makes of the OpenAI Agents SDK's, by how their names begin. */
const agentsSdk = "logfire.openai_agents";
const agentsSdkKinds: readonly (readonly [beginning: string, kind: SpanKind])[] = [
  ["Agent run", "agent"],
  ["Function", "tool"],
  ["Guardrail", "guardrail"],
];
const aggregated = "gen_ai.aggregated_usage.";
/** Logfire's levels are OpenTelemetry's severity numbers. */
const errorLevel = 17;

export const logfire: Convention = {
  name: "logfire",
  recognises: ({ scopeName, families }) => scopeName === "pydantic-ai" || families.has("logfire"),
  read(span) {
    const { attributes, scopeName } = span;
    const message = readText(attributes, "logfire.msg");
    return defined<SpanFacts>({
      kind: readKind(span),
      name: isNameOfMany(span) ? undefined : message,
      standsFor: readPlaceholder(span),
      usage: readAggregate(attributes) ?? readCallUsage(attributes),
      sessionId: scopeName === agentsSdk ? readText(attributes, "group_id") : undefined,
      tags: readTexts(attributes, "logfire.tags"),
      error: (readNumber(attributes, "logfire.level_num") ?? 0) >= errorLevel ? (message ?? "") : undefined,
      ...readContents(attributes),
    });
  },
  isContent: (key) => contentKeys.has(key),
};

/** A root says what its trace has in common with others; its message would put the values of this one in. */
function isNameOfMany(span: SentSpan): boolean {
  const { scopeName } = span;
  const { parentSpanId } = readPlaceholder(span) ?? span;
  return /^0*$/.test(parentSpanId) && scopeName !== "pydantic-ai" && !scopeName.startsWith("logfire.");
}

/** Of pydantic-ai before it named its operations, and of the OpenAI Agents SDK. */
function readKind({ scopeName, name, attributes }: SentSpan): SpanKind | undefined {
  if (scopeName === agentsSdk) return agentsSdkKinds.find(([beginning]) => name.startsWith(beginning))?.[1];
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

/** The reasoning is only in the provider's own report. */
function readCallUsage(attributes: Attributes): ReportedUsage | undefined {
  const raw = readObject(attributes, "gen_ai.usage.raw");
  const usage = raw && readGenaiUsage(attributes);
  if (!usage) return undefined;
  const details = raw.output_tokens_details ?? raw.completion_tokens_details;
  return { ...usage, reasoning: usage.reasoning ?? (isObject(details) ? toTokens(details.reasoning_tokens) : null) };
}

type Contents = Pick<SpanFacts, "input" | "output" | "finishReasons">;

function readContents(attributes: Attributes): Contents {
  const conversation = readContent(attributes, ...conversationKeys);
  if (conversation !== undefined) return readConversation(attributes, conversation);
  const events = readContent(attributes, "events");
  if (events !== undefined) return splitCall(events);
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

/** The answers to all that stands before them. */
function splitCall(events: AttributeValue): Contents {
  const { payloads, finishReasons } = readMessages("input", withoutMarks(events));
  const end = payloads.findLastIndex(({ role }) => role !== "assistant") + 1;
  return {
    input: payloads.slice(0, end),
    ...(end < payloads.length && { output: payloads.slice(end) }),
    ...(finishReasons.length > 0 && { finishReasons }),
  };
}

/** Messages that were events carry their event's name, their number and the provider. */
function withoutMarks(value: AttributeValue): AttributeValue {
  const list = parseJson(value);
  if (!Array.isArray(list)) return value;
  return list.map((item) => {
    if (!isObject(item)) return item;
    const { "event.name": event, "gen_ai.message.index": _, "gen_ai.system": __, ...message } = item;
    if (event !== "gen_ai.tool.message") return message;
    const { id, ...answer } = message;
    return { ...answer, tool_call_id: id ?? "" };
  });
}

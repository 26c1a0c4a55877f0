/** LiveKit Agents. What it calls personal has `pii.` in its name; older versions lack that. */
import type { SpanKind } from "@ratchet/protocol";
import { isObject, type JsonObject, parseJson } from "../json-value.ts";
import { readMessages, toPayload } from "../messages.ts";
import type { Attributes, AttributeValue } from "../otlp.ts";
import type { Convention, SpanFacts } from "../span.ts";
import { defined, readContent, readSecondsAsMs, readText } from "./read-attributes.ts";

/** Its spans that name a model and are no call of one: `llm_request` below them is. */
const kinds = new Map<string, SpanKind>([
  ["llm_node", "chain"],
  ["llm_request_run", "chain"],
  ["tts_node", "chain"],
  ["tts_request", "chain"],
  ["tts_request_run", "chain"],
  ["user_turn", "chain"],
  ["llm_request", "llm"],
  ["function_tool", "tool"],
  ["agent_turn", "agent"],
]);

const contentNames = [
  "chat_ctx",
  "user_input",
  "user_transcript",
  "response.text",
  "response.function_calls",
  "function_tool.arguments",
  "function_tool.output",
  "input_text",
];
const contentKeys = new Set(contentNames.flatMap(toKeys));

export const livekit: Convention = {
  name: "livekit",
  recognises: ({ scopeName, families }) => scopeName === "livekit-agents" || families.has("lk"),
  read({ name, attributes }) {
    return defined<SpanFacts>({
      kind: kinds.get(name),
      timeToFirstTokenMs: readSecondsAsMs(attributes, "lk.response.ttft"),
      sessionId: readText(attributes, "lk.job_id", ...toKeys("room_name")),
      userId: readText(attributes, ...toKeys("participant_identity")),
      error: readError(attributes),
      input: readInput(attributes),
      output: readOutput(attributes),
    });
  },
  isContent: (key) => contentKeys.has(key),
};

function toKeys(name: string): [string, string] {
  return [`lk.pii.${name}`, `lk.${name}`];
}

function read(attributes: Attributes, name: string): AttributeValue | undefined {
  return readContent(attributes, ...toKeys(name));
}

/** The tool's answer is what the model was told of the failure. */
function readError(attributes: Attributes): string | undefined {
  if (attributes.get("lk.function_tool.is_error") !== true) return undefined;
  return readText(attributes, ...toKeys("function_tool.output")) ?? "";
}

function readInput(attributes: Attributes): SpanFacts["input"] {
  const context = read(attributes, "chat_ctx");
  if (context !== undefined) return readContext(context);
  const said = read(attributes, "user_input");
  if (said !== undefined) return [toPayload("user", said)];
  const given = read(attributes, "function_tool.arguments") ?? read(attributes, "input_text");
  return given === undefined ? undefined : [toPayload("input", given)];
}

function readOutput(attributes: Attributes): SpanFacts["output"] {
  const text = read(attributes, "response.text");
  const calls = parseJson(read(attributes, "response.function_calls") ?? null);
  if (text !== undefined || Array.isArray(calls)) {
    const tool_calls = Array.isArray(calls) ? calls.map(toCall) : [];
    return readMessages("output", [{ role: "assistant", content: text ?? null, tool_calls }]).payloads;
  }
  const transcript = read(attributes, "user_transcript");
  if (transcript !== undefined) return [toPayload("user", transcript)];
  const found = read(attributes, "function_tool.output");
  return found === undefined ? undefined : [toPayload("output", found)];
}

/** The conversation so far: messages, calls of tools and their answers, and what happened to the agent in between. */
function readContext(value: AttributeValue): SpanFacts["input"] {
  const context = parseJson(value);
  const items = isObject(context) && Array.isArray(context.items) ? context.items : undefined;
  return readMessages("input", items?.map(toMessage) ?? value).payloads;
}

/** Without its id and what is only a default, so that a message of text is a text. */
function toMessage(item: AttributeValue): AttributeValue {
  if (!isObject(item)) return item;
  const { id: _, type, reply_required: __, ...told } = item;
  const rest = Object.fromEntries(Object.entries(told).filter(([, value]) => value !== false));
  if (type === "message") return { ...rest, content: withoutMarks(rest.content) };
  if (type === "function_call" || type === "function_call_output") return { type, ...rest };
  return { role: typeof type === "string" ? type : "input", content: rest };
}

/** Marks where the provider may cache are no content. */
function withoutMarks(content: AttributeValue | undefined): AttributeValue {
  if (!Array.isArray(content)) return content ?? null;
  return content.filter((part) => !(isObject(part) && part.type === "cache_breakpoint"));
}

function toCall(call: AttributeValue): AttributeValue {
  if (!isObject(call)) return call;
  const { id: _, group_id: __, ...rest }: JsonObject = call;
  return rest;
}

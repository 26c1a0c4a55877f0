/**
 * Messages that are told by events instead of attributes: by log records, or by a span's own events. Current OTel GenAI
 * has one event a call; ≤ 1.36 had one a message, with its fields in the body, or flattened into the attributes.
 */
import type { Payload } from "@ratchet/protocol";
import { isEmpty, isObject, type JsonObject, parseJson } from "./json-value.ts";
import { type Messages, readMessages, toSystemMessage } from "./messages.ts";
import type { Attributes, AttributeValue } from "./otlp.ts";

/** A log record or a span event; span events have no body. */
export interface ContentEvent {
  name: string;
  attributes: Attributes;
  body?: AttributeValue;
}

export interface EventContent {
  input: Payload[];
  output: Payload[];
  /** Why the model stopped, an answer each, as sent. */
  finishReasons: string[];
}

/** The one event that tells a whole call; it is preferred to the events of single messages. */
export const callDetailsEvent = "gen_ai.client.inference.operation.details";

/** Role of the message that each event tells, where it does not say another. */
const inputRoles = new Map([
  ["gen_ai.system.message", "system"],
  ["gen_ai.user.message", "user"],
  ["gen_ai.assistant.message", "assistant"],
  ["gen_ai.tool.message", "tool"],
]);
const answerEvent = "gen_ai.choice";
/** The oldest form: everything that was asked, or answered, as text in one attribute. */
const wholeEvents = new Map<string, { side: "input" | "output"; key: string; role?: string }>([
  ["gen_ai.content.prompt", { side: "input", key: "gen_ai.prompt" }],
  ["gen_ai.content.completion", { side: "output", key: "gen_ai.completion" }],
  // Claude Code's, as log records of the span around everything that a prompt started.
  ["user_prompt", { side: "input", key: "prompt", role: "user" }],
  ["assistant_response", { side: "output", key: "response", role: "assistant" }],
]);

const contentKeys = new Set([
  "gen_ai.system_instructions",
  "gen_ai.input.messages",
  "gen_ai.output.messages",
  "gen_ai.prompt",
  "gen_ai.completion",
  "gen_ai.event.content",
]);
const messageKeys = new Set(["content", "message", "tool_calls", "id", "role", "index", "finish_reason"]);

export function isContentEvent(name: string): boolean {
  return name === callDetailsEvent || name === answerEvent || inputRoles.has(name) || wholeEvents.has(name);
}

/** True for attributes of a content event that {@link readContentEvent} turns into messages. */
export function isEventContentKey(key: string): boolean {
  return contentKeys.has(key) || messageKeys.has(key);
}

/** `null` for an event that tells no messages. Never throws: what is not understood becomes a message as it is. */
export function readContentEvent(event: ContentEvent): EventContent | null {
  const { name } = event;
  if (name === callDetailsEvent) return readCallDetails(event);
  const role = inputRoles.get(name);
  if (role !== undefined) return { ...none, input: readMessage(role, readFields(event)).payloads };
  if (name === answerEvent) {
    const { payloads, finishReasons } = readMessage("assistant", readAnswer(readFields(event)));
    return { input: [], output: payloads, finishReasons };
  }
  const whole = wholeEvents.get(name);
  if (whole === undefined) return null;
  const value = event.attributes.get(whole.key) ?? event.body ?? null;
  if (isEmpty(value)) return none;
  const { payloads, finishReasons } = readMessages(whole.role ?? whole.side, value);
  return { ...none, [whole.side]: payloads, finishReasons };
}

const none: EventContent = { input: [], output: [], finishReasons: [] };

/** Some instrumentations put these attributes into the body. */
function readCallDetails({ attributes, body }: ContentEvent): EventContent {
  const read = (key: string) => {
    const value = attributes.get(key) ?? (isObject(body) ? body[key] : undefined) ?? null;
    return isEmpty(value) ? undefined : value;
  };
  const instructions = read("gen_ai.system_instructions");
  const asked = read("gen_ai.input.messages");
  const answered = read("gen_ai.output.messages");
  const input = asked === undefined ? [] : readMessages("input", asked).payloads;
  const system = instructions === undefined ? undefined : toSystemMessage(instructions);
  const isRepeated = system !== undefined && input[0]?.role === "system" && input[0].content === system.content;
  const output = answered === undefined ? { payloads: [], finishReasons: [] } : readMessages("output", answered);
  return {
    input: system && !isRepeated ? [system, ...input] : input,
    output: output.payloads,
    finishReasons: output.finishReasons,
  };
}

/** The message's fields: the body; else the attributes, where Azure has them all as JSON text in one. */
function readFields({ attributes, body }: ContentEvent): AttributeValue {
  const given = parseJson(body ?? attributes.get("gen_ai.event.content") ?? null);
  if (!isEmpty(given)) return given;
  const flat: [string, AttributeValue][] = [];
  for (const [key, value] of attributes) if (messageKeys.has(key)) flat.push([key, parseJson(value)]);
  return Object.fromEntries(flat);
}

/** The body of an answer holds its message, or just the message's text. */
function readAnswer(fields: AttributeValue): AttributeValue {
  if (!isObject(fields) || fields.message === undefined) return fields;
  const { message, index: _, ...around } = fields;
  const inner = parseJson(message);
  return { ...around, ...(isObject(inner) ? inner : { content: inner }) };
}

function readMessage(role: string, fields: AttributeValue): Messages {
  if (isEmpty(fields)) return { payloads: [], finishReasons: [] };
  const { id, index: _, ...message } = isObject(fields) ? fields : ({ content: fields } as JsonObject);
  // A tool's answer names its call as `id`; of any other message it is the message's own.
  const called = id === undefined ? {} : role === "tool" ? { tool_call_id: id } : { id };
  return readMessages(role, [{ role, ...message, ...called }]);
}

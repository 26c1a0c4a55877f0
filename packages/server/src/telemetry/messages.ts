/**
 * Whatever an instrumentation calls messages → payloads: one a message, so that the history an agent repeats at every
 * turn is stored once. A payload's content is the text when the message is one text, else JSON text of its parts.
 */
import type { Payload, SpanKind } from "@ratchet/protocol";
import {
  addFields,
  isEmpty,
  isObject,
  isPlainText,
  type JsonObject,
  type MessagePart,
  parseJson,
  toPart,
} from "./message-parts.ts";
import type { AttributeValue } from "./otlp.ts";

export interface Messages {
  payloads: Payload[];
  /** Why the model stopped, a message each, as sent. Beside the payloads: an answer is repeated later without it. */
  finishReasons: string[];
}

const roles = new Map([
  ["human", "user"],
  ["ai", "assistant"],
  ["model", "assistant"],
  ["function", "tool"],
]);
/** LangChain's messages say their role as a type. */
const messageTypes = new Set<AttributeValue | undefined>(["human", "ai", "system", "tool", "function", "developer"]);
/** Where a whole request or response has its messages. */
const lists = ["messages", "contents", "choices", "candidates", "generations"];
const instructions = ["system", "instructions", "systemInstruction", "system_instruction"];

/** A value under one role: plain text stays text, JSON text of a string becomes that string, anything else JSON text. */
export function toPayload(role: string, value: AttributeValue): Payload {
  if (typeof value !== "string") return { role, content: JSON.stringify(value) };
  return { role, content: value.startsWith('"') ? unquote(value) : value };
}

/** {@link readMessages}, where why the model stopped is known otherwise. */
export function toMessages(role: string, value: AttributeValue): Payload[] {
  return readMessages(role, value).payloads;
}

/** A list of messages as one payload each; anything that is no such list as one payload of `role`. Never throws. */
export function readMessages(role: string, value: AttributeValue): Messages {
  return read(role, value, (parsed) => (Array.isArray(parsed) ? readList(parsed) : undefined));
}

/**
 * {@link readMessages} for what may also be one message, or the whole of a model's request or response: what that has
 * beside its messages stands before them as a payload of `role`. Only for model calls: a function's input may look so.
 */
export function readRequest(role: string, value: AttributeValue): Messages {
  return read(role, value, (parsed) => {
    if (Array.isArray(parsed)) return readList(parsed);
    return isObject(parsed) ? (readList([parsed]) ?? readContainer(role, parsed)) : undefined;
  });
}

/**
 * What a span took in or gave: messages of a model call, where a text alone is the user's or the model's; messages of an
 * agent's conversation; of other kinds one value.
 */
export function readPayloads(kind: SpanKind | undefined, role: "input" | "output", value: AttributeValue): Messages {
  if (kind === "llm") return readCall(role, value);
  return kind === "agent" ? readMessages(role, value) : { payloads: [toPayload(role, value)], finishReasons: [] };
}

function readCall(role: "input" | "output", value: AttributeValue): Messages {
  const messages = readRequest(role, value);
  const [only] = messages.payloads;
  const isText = messages.payloads.length === 1 && only?.role === role && !/^\s*[[{]/.test(only.content);
  if (!only || !isText) return messages;
  return { ...messages, payloads: [{ ...only, role: role === "input" ? "user" : "assistant" }] };
}

function read(
  role: string,
  value: AttributeValue,
  readParsed: (parsed: AttributeValue) => Messages | undefined,
): Messages {
  try {
    return readParsed(parseJson(value)) ?? { payloads: [toPayload(role, value)], finishReasons: [] };
  } catch (error) {
    return { payloads: [keepWhole(role, value, error)], finishReasons: [] };
  }
}

/** Instructions are a list of parts without a role, or text. */
export function toSystemMessage(value: AttributeValue): Payload {
  const parsed = parseJson(value);
  try {
    return Array.isArray(parsed)
      ? { role: "system", content: toContent(parsed.map(toPart)) }
      : toPayload("system", value);
  } catch (error) {
    return keepWhole("system", value, error);
  }
}

/** JSON text that nests some thousand levels deep can be read, but not written again: it stays the text that it is. */
function keepWhole(role: string, value: AttributeValue, error: unknown): Payload {
  if (error instanceof RangeError && typeof value === "string") return toPayload(role, value);
  throw error;
}

function readList(list: AttributeValue[]): Messages | undefined {
  const [first] = list;
  // A batch of one conversation.
  const items = list.length === 1 && Array.isArray(first) ? first : list;
  const messages = items.map(toMessage);
  if (messages.length === 0 || messages.includes(undefined)) return undefined;
  const read: Messages = { payloads: [], finishReasons: [] };
  for (const message of messages as Message[]) {
    read.payloads.push({ role: message.role, content: toContent(message.parts) });
    if (message.finishReason !== undefined) read.finishReasons.push(message.finishReason);
  }
  return read;
}

function readContainer(role: string, container: JsonObject): Messages | undefined {
  const key = lists.find((name) => Array.isArray(container[name]));
  const read = key === undefined ? undefined : readList(container[key] as AttributeValue[]);
  if (key === undefined || read === undefined) return undefined;
  const { [key]: _, ...rest } = container;
  for (const name of instructions) {
    const system = rest[name];
    if (isEmpty(system)) continue;
    delete rest[name];
    const parts = isObject(system) && Array.isArray(system.parts) ? system.parts : system;
    read.payloads.unshift({ role: "system", content: toContent(toParts(parts)) });
  }
  if (Object.values(rest).some((value) => !isEmpty(value))) read.payloads.unshift(toPayload(role, rest));
  return read;
}

interface Message {
  role: string;
  parts: MessagePart[];
  finishReason: string | undefined;
}

/** `undefined`: it is no message. */
function toMessage(item: AttributeValue): Message | undefined {
  if (isObject(item) && isOfParts(item)) {
    return { role: toRole(item.role), parts: item.parts.map(toPart), finishReason: item.finish_reason };
  }
  const body = isObject(item) ? unwrap(item) : undefined;
  const role = body && readRole(body);
  if (body === undefined || role === undefined) return undefined;
  if (typeof body.role !== "string" && body.content === undefined) {
    return { role, parts: [toPart(body)], finishReason: undefined };
  }
  const {
    role: _,
    type,
    parts,
    content,
    tool_calls,
    function_call,
    tool_call_id,
    refusal,
    reasoning_content,
    ...rest
  } = body;
  const finishReason = takeFinishReason(rest);
  const all: MessagePart[] = [];
  if (!isEmpty(reasoning_content)) all.push(toPart({ type: "reasoning", content: reasoning_content ?? "" }));
  if (!isEmpty(tool_call_id)) {
    all.push(toPart({ type: "tool_call_response", id: tool_call_id ?? "", response: content ?? "" }));
  } else all.push(...toParts(content));
  all.push(...toParts(parts));
  if (!isEmpty(refusal)) all.push({ type: "refusal", refusal: refusal ?? "" });
  for (const call of Array.isArray(tool_calls) ? tool_calls : []) all.push(toToolCall(call));
  if (isObject(function_call)) all.push(toToolCall(function_call));
  const details: MessagePart = { type: "message_details" };
  if (typeof type === "string" && type !== "message" && toRole(type) !== role) details.message_type = type;
  if (!isEmpty(tool_calls) && !Array.isArray(tool_calls)) details.tool_calls = tool_calls ?? "";
  addFields(details, rest);
  if (Object.keys(details).length > 1) all.push(details);
  return { role, parts: all, finishReason };
}

interface MessageOfParts extends JsonObject {
  role: string;
  parts: AttributeValue[];
}

/** OpenTelemetry's own shape, and nothing beside it: the most frequent one, so it is asked for first. */
function isOfParts(item: JsonObject): item is MessageOfParts & { finish_reason: string | undefined } {
  for (const key in item) {
    if (key === "role" || key === "finish_reason") {
      if (typeof item[key] !== "string") return false;
    } else if (key !== "parts") return false;
  }
  return typeof item.role === "string" && Array.isArray(item.parts);
}

/** Out of a choice, a candidate, a generation, or a serialised LangChain object; what stands around it is kept. */
function unwrap(item: JsonObject): JsonObject {
  if (isObject(item.message)) {
    const { message, text, index: _, ...around } = item;
    const inner = unwrap(message as JsonObject);
    return join(inner, inner.content === text || text === undefined ? around : { ...around, text });
  }
  if (isObject(item.content) && Array.isArray(item.content.parts)) {
    const { content, index: _, role, ...around } = item;
    // Gemini's content has a role of its own; that of the event it came in is a guess.
    const inner = isEmpty(content.role) && role !== undefined ? { ...content, role } : content;
    return join(inner, around);
  }
  if (isObject(item.kwargs) && item.type === "constructor" && Array.isArray(item.id)) {
    const { kwargs, lc: _, type: __, id, ...around } = item;
    const className = String((id as AttributeValue[]).at(-1));
    return { ...join(kwargs as JsonObject, around), type: className.replace(/Message(Chunk)?$/, "").toLowerCase() };
  }
  if (isObject(item.data) && messageTypes.has(item.type)) {
    const { data, type, ...around } = item;
    return join({ ...(data as JsonObject), type: type ?? "" }, around);
  }
  return item;
}

function join(inner: JsonObject, around: JsonObject): JsonObject {
  const joined = { ...inner };
  addFields(joined, around);
  return joined;
}

/** Of a message that has none by its type: LangChain's `human`, or OpenAI's items `function_call`, `reasoning`, … */
function readRole({ role, type, content }: JsonObject): string | undefined {
  if (typeof role === "string") return toRole(role);
  if (typeof type !== "string") return undefined;
  if (content !== undefined && messageTypes.has(type)) return toRole(type);
  if (type === "reasoning" || type.endsWith("_call")) return "assistant";
  return type.endsWith("_call_output") ? "tool" : undefined;
}

function toRole(role: string): string {
  return roles.get(role) ?? role;
}

function takeFinishReason(rest: JsonObject): string | undefined {
  for (const name of ["finish_reason", "finishReason", "stop_reason"]) {
    const reason = rest[name];
    if (typeof reason !== "string") continue;
    delete rest[name];
    return reason;
  }
  return undefined;
}

function toToolCall(call: AttributeValue): MessagePart {
  return isObject(call) ? toPart({ ...call, type: "tool_call" }) : toPart(call);
}

function toParts(content: AttributeValue | undefined): MessagePart[] {
  const value = typeof content === "string" && isPartList(content) ? parseJson(content) : content;
  if (value === undefined || value === null || value === "") return [];
  return Array.isArray(value) ? value.map(toPart) : [toPart(value)];
}

function toContent(parts: MessagePart[]): string {
  const [part] = parts;
  if (part === undefined) return "";
  return parts.length === 1 && isPlainText(part) && !isPartList(part.content) ? part.content : JSON.stringify(parts);
}

/** Text that is a list of parts; a text that only looks like one is written as a list itself. */
function isPartList(content: string): boolean {
  return /^\[\{"type":/.test(content);
}

function unquote(text: string): string {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "string" ? parsed : text;
  } catch {
    return text;
  }
}

/**
 * Whatever an instrumentation calls messages → payloads: one a message, so that the history an agent repeats at every
 * turn is stored once. A payload's content is the text when the message is one text, else JSON text of its parts.
 */
import type { Payload, SpanKind } from "@ratchet/protocol";
import { isEmpty, isObject, type JsonObject, parseJson } from "./json-value.ts";
import { type Message, toContent, toMessage, toParts } from "./message.ts";
import type { AttributeValue } from "./otlp.ts";

export interface Messages {
  payloads: Payload[];
  /** Why the model stopped, a message each, as sent. Beside the payloads: an answer is repeated later without it. */
  finishReasons: string[];
}

/** Where a whole request or response has its messages. */
const lists = ["messages", "contents", "choices", "candidates", "generations", "input", "output"];
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
    return Array.isArray(parsed) ? { role: "system", content: toContent(toParts(parsed)) } : toPayload("system", value);
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

function unquote(text: string): string {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "string" ? parsed : text;
  } catch {
    return text;
  }
}

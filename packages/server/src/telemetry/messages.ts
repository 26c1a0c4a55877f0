/** Inputs and outputs as payloads: one a message, so that the history an agent repeats at every turn is stored once. */
import type { Payload } from "@ratchet/protocol";
import type { AttributeValue } from "./otlp.ts";

/** A value under one role: plain text stays text, JSON text of a string becomes that string, anything else JSON text. */
export function toPayload(role: string, value: AttributeValue): Payload {
  if (typeof value !== "string") return { role, content: JSON.stringify(value) };
  return { role, content: value.startsWith('"') ? unquote(value) : value };
}

/** A list of messages as one payload each; anything that is no such list as one payload of `role`. */
export function toMessages(role: string, value: AttributeValue): Payload[] {
  const parsed = typeof value === "string" ? parseList(value) : value;
  if (!Array.isArray(parsed) || parsed.length === 0 || !parsed.every(isMessage)) return [toPayload(role, value)];
  try {
    return parsed.map(({ role: ownRole, ...rest }) => ({ role: ownRole, content: toContent(rest) }));
  } catch (error) {
    return [keepWhole(role, value, error)];
  }
}

/** Instructions are a list of parts without a role, or text. */
export function toSystemMessage(value: AttributeValue): Payload {
  const parsed = typeof value === "string" ? parseList(value) : value;
  if (!Array.isArray(parsed)) return toPayload("system", value);
  try {
    return { role: "system", content: partsToContent(parsed) };
  } catch (error) {
    return keepWhole("system", value, error);
  }
}

/** JSON text that nests some thousand levels deep can be read, but not written again: it stays the text that it is. */
function keepWhole(role: string, value: AttributeValue, error: unknown): Payload {
  if (error instanceof RangeError && typeof value === "string") return toPayload(role, value);
  throw error;
}

interface Message {
  role: string;
  [key: string]: AttributeValue;
}

/** The text alone when a message has nothing else, so that it is read and searched as text. */
function toContent(rest: Record<string, AttributeValue>): string {
  const { parts, content, finish_reason: _, ...others } = rest;
  if (Object.keys(others).length > 0) return JSON.stringify(rest);
  if (parts === undefined && typeof content === "string") return content;
  const list = parts ?? content;
  return Array.isArray(list) ? partsToContent(list) : JSON.stringify(rest);
}

function partsToContent(parts: AttributeValue[]): string {
  const [part] = parts;
  if (parts.length === 1 && isObject(part) && part.type === "text") {
    const text = part.content ?? part.text;
    if (typeof text === "string") return text;
  }
  return JSON.stringify(parts);
}

function isMessage(item: AttributeValue): item is Message {
  return isObject(item) && typeof item.role === "string";
}

/** A truncated list is no JSON any more: it stays the text that it is. */
function parseList(text: string): AttributeValue {
  if (!text.startsWith("[")) return text;
  try {
    return JSON.parse(text) as AttributeValue;
  } catch {
    return text;
  }
}

function unquote(text: string): string {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "string" ? parsed : text;
  } catch {
    return text;
  }
}

function isObject(value: AttributeValue | undefined): value is { [key: string]: AttributeValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

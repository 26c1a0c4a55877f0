/** One message, as any instrumentation or provider writes it → its role and its parts in OpenTelemetry's shapes. */
import { addFields, isEmpty, isObject, type JsonObject, parseJson } from "./json-value.ts";
import { isPlainText, type MessagePart, toPart } from "./message-parts.ts";
import type { AttributeValue } from "./otlp.ts";

const roles = new Map([
  ["human", "user"],
  ["ai", "assistant"],
  ["model", "assistant"],
  ["function", "tool"],
]);
/** LangChain's messages say their role as a type. */
const messageTypes = new Set<AttributeValue | undefined>(["human", "ai", "system", "tool", "function", "developer"]);
export interface Message {
  role: string;
  parts: MessagePart[];
  finishReason: string | undefined;
}

/** `undefined`: it is no message. */
export function toMessage(item: AttributeValue): Message | undefined {
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

export function toParts(content: AttributeValue | undefined): MessagePart[] {
  const value = typeof content === "string" && isPartList(content) ? parseJson(content) : content;
  if (value === undefined || value === null || value === "") return [];
  return Array.isArray(value) ? value.map(toPart) : [toPart(value)];
}

export function toContent(parts: MessagePart[]): string {
  const [part] = parts;
  if (part === undefined) return "";
  return parts.length === 1 && isPlainText(part) && !isPartList(part.content) ? part.content : JSON.stringify(parts);
}

/** Text that is a list of parts; a text that only looks like one is written as a list itself. */
function isPartList(content: string): boolean {
  return /^\[\{"type":/.test(content);
}

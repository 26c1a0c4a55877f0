/** One part of a message, as any instrumentation or provider writes it → a part in OpenTelemetry's shapes. */
import { addFields, flatten, isObject, type JsonObject, parseJson, take } from "./json-value.ts";
import { toMedium } from "./message-media.ts";
import type { AttributeValue } from "./otlp.ts";

/** `type` comes first, so that equal parts of different senders are equal texts. */
export type MessagePart = { type?: AttributeValue; [key: string]: AttributeValue };

/** A canonical field ← the names that it goes by; the first one that is there wins. In a canonical part, its own does. */
type Fields = readonly (readonly [canonical: string, ...names: string[]])[];
interface Shape {
  type: string;
  fields: Fields;
  /** A field whose object holds the fields. */
  within?: string;
}

const text: Shape = { type: "text", fields: [["content", "text", "content"]] };
const reasoning: Shape = { type: "reasoning", fields: [["content", "text", "thinking", "reasoning", "content"]] };
const callIds = ["call_id", "toolCallId", "tool_call_id", "tool_use_id", "toolUseId", "id"] as const;
const toolCall: Shape = {
  type: "tool_call",
  fields: [
    ["id", ...callIds],
    ["name", "name", "toolName"],
    ["arguments", "arguments", "args", "input"],
  ],
  within: "function",
};
const toolResponse: Shape = {
  type: "tool_call_response",
  fields: [
    ["id", ...callIds],
    ["response", "response", "result", "output", "content"],
  ],
};

/** Maps, as a plain object would find `constructor` too. */
const shapesByType = new Map<string, Shape>([
  ...["text", "input_text", "output_text", "summary_text"].map((type) => [type, text] as const),
  ...["reasoning", "thinking"].map((type) => [type, reasoning] as const),
  ...["tool_call", "tool-call", "tool_use", "function_call", "function", "custom_tool_call"].map(
    (type) => [type, toolCall] as const,
  ),
  ...["tool_call_response", "tool-result", "tool_result", "function_call_output", "custom_tool_call_output"].map(
    (type) => [type, toolResponse] as const,
  ),
]);

/** Parts without a type are known by the one field that they have. */
const shapesByField: readonly (readonly [field: string, Shape])[] = [
  ["functionCall", { ...toolCall, within: "functionCall" }],
  ["function_call", { ...toolCall, within: "function_call" }],
  ["functionResponse", { ...toolResponse, within: "functionResponse" }],
  ["function_response", { ...toolResponse, within: "function_response" }],
  ["toolUse", { ...toolCall, within: "toolUse" }],
  ["toolResult", { ...toolResponse, within: "toolResult" }],
];

/** Never throws; what it does not know stays as it came. */
export function toPart(value: AttributeValue): MessagePart {
  if (!isObject(value)) {
    return { type: "text", content: typeof value === "string" ? value : (JSON.stringify(value) ?? "") };
  }
  const { type } = value;
  if (typeof type === "string") {
    const shape = shapesByType.get(type);
    return shape ? toShape(value, shape) : (toMedium(value) ?? value);
  }
  if (typeof value.text === "string") return toShape(value, value.thought === true ? reasoning : text);
  for (const [field, shape] of shapesByField) if (isObject(value[field])) return toShape(value, shape);
  return toMedium(value) ?? value;
}

function toShape(part: JsonObject, shape: Shape): MessagePart {
  if (isInShape(part, shape)) return part;
  const { type, fields, within } = shape;
  const rest = flatten(part, within);
  const shaped: MessagePart = { type };
  for (const [canonical, ...names] of fields) {
    const value = take(rest, part.type === type ? [canonical, ...names] : names);
    if (value !== undefined) shaped[canonical] = canonical === "arguments" ? parseArguments(value) : value;
  }
  if (type === "reasoning" && shaped.content === undefined) shaped.content = joinSummary(take(rest, ["summary"]));
  if (Array.isArray(shaped.response)) shaped.response = toResponse(shaped.response);
  else if (isObject(shaped.response) && part.type !== type) shaped.response = unwrapResponse(shaped.response);
  addFields(shaped, rest);
  return shaped;
}

/** Their value, unless a number in it is so long that reading it would change it: the id of a post, say. */
function parseArguments(value: AttributeValue): AttributeValue {
  return typeof value === "string" && /[\s:,[]-?\d{16}/.test(value) ? value : parseJson(value);
}

/** Most senders write the canonical fields in the canonical order, and nothing else. */
function isInShape(part: JsonObject, { type, fields }: Shape): boolean {
  if (part.type !== type || typeof part.arguments === "string" || typeof part.response === "object") return false;
  let place = -1;
  for (const key in part) {
    const next = key === "type" ? 0 : 1 + fields.findIndex(([canonical]) => canonical === key);
    if (next <= place || (next === 0 && key !== "type") || part[key] === null) return false;
    place = next;
  }
  return true;
}

/** What a tool gave back as a list of parts: its text when that is all. Parts within are not looked into further. */
function toResponse(list: AttributeValue[]): AttributeValue {
  if (!list.every((item) => isObject(item) && (typeof item.type === "string" || typeof item.text === "string"))) {
    return list;
  }
  const [first, ...others] = list.map((item) => {
    const isTool = isObject(item) && shapesByType.get(String(item.type)) === toolResponse;
    return isTool ? item : toPart(item);
  });
  return first && others.length === 0 && isPlainText(first) ? first.content : ([first, ...others] as AttributeValue[]);
}

/** The AI SDK says of what a tool gave back whether it is text or JSON; the value says so too. */
function unwrapResponse(response: JsonObject): AttributeValue {
  const { type, value, ...rest } = response;
  const isWrapped = (type === "json" || type === "text") && value !== undefined && Object.keys(rest).length === 0;
  return isWrapped ? value : response;
}

/** A text with nothing beside it. */
export function isPlainText(part: MessagePart): part is { type: "text"; content: string } {
  return part.type === "text" && typeof part.content === "string" && Object.keys(part).length === 2;
}

/** OpenAI's reasoning items tell their text as a list of summaries. */
function joinSummary(summary: AttributeValue | undefined): AttributeValue {
  if (!Array.isArray(summary)) return summary ?? "";
  const texts = summary.map((item) => (isObject(item) && typeof item.text === "string" ? item.text : undefined));
  return texts.includes(undefined) ? summary : texts.join("\n");
}

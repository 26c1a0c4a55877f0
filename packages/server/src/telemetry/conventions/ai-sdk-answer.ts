/** What a model answered, in the fields of the AI SDK's result: text, reasoning, object, calls of tools. */
import type { Payload } from "@ratchet/protocol";
import { isEmpty, isObject, type JsonObject } from "../json-value.ts";
import { toMessages } from "../messages.ts";
import type { AttributeValue } from "../otlp.ts";

/** One message of the assistant with whatever else the result has; `undefined` when there is nothing. */
export function toAnswer({ reasoning, text, object, toolCalls, ...rest }: JsonObject): Payload[] | undefined {
  const parts = [
    ...listOf(reasoning).map((item) =>
      isObject(item) ? { ...item, type: "reasoning" } : { type: "reasoning", text: item },
    ),
    ...[text, object].filter((item) => !isEmpty(item)).map(toText),
    ...listOf(toolCalls).map((call) => (isObject(call) ? toToolCall(call) : call)),
  ];
  const others = Object.fromEntries(Object.entries(rest).filter(([, value]) => !isEmpty(value)));
  if (parts.length === 0 && isEmpty(others)) return undefined;
  return toMessages("output", [{ ...others, role: "assistant", content: parts }]);
}

function listOf(value: AttributeValue | undefined): AttributeValue[] {
  if (isEmpty(value)) return [];
  return Array.isArray(value) ? value : [value ?? null];
}

function toText(value: AttributeValue | undefined): AttributeValue {
  return { type: "text", text: typeof value === "string" ? value : JSON.stringify(value) };
}

/** Version 4 says that it is a function's call, later ones do not. */
function toToolCall({ toolCallType: _, ...call }: JsonObject): AttributeValue {
  return { ...call, type: "tool-call" };
}

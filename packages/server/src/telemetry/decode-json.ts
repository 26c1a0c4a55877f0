/** `ExportTraceServiceRequest` in OTLP/JSON → what was sent. Lenient where encoders differ: ids in any case, numbers as text, enums by name. */

import type { OtlpEvent, OtlpResource, OtlpSpan } from "./otlp.ts";
import { type Attributes, type AttributeValue, DecodeBudget, DecodeError, maxDepth } from "./otlp.ts";

type JsonObject = Record<string, unknown>;

/** @throws DecodeError */
export function decodeJson(body: Buffer): OtlpResource[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString("utf8"));
  } catch (error) {
    throw new DecodeError(`The body is no JSON: ${(error as Error).message}`);
  }
  if (!isObject(parsed)) throw new DecodeError('The body is no trace export: send {"resourceSpans":[…]}.');
  if ("resourceLogs" in parsed || "resourceMetrics" in parsed) {
    throw new DecodeError("The body holds logs or metrics; /v1/traces takes traces.");
  }
  const budget = new DecodeBudget();
  return listOf(parsed, "resourceSpans").map((resourceSpans) => {
    budget.spend();
    return {
      attributes: toAttributes(isObject(resourceSpans.resource) ? resourceSpans.resource : {}, budget, 0),
      spans: listOf(resourceSpans, "scopeSpans").flatMap((scope) =>
        listOf(scope, "spans").map((span) => toSpan(span, isObject(scope.scope) ? scope.scope : {}, budget)),
      ),
    };
  });
}

function toSpan(span: JsonObject, scope: JsonObject, budget: DecodeBudget): OtlpSpan {
  budget.spend();
  const status = isObject(span.status) ? span.status : {};
  return {
    traceId: toId(span.traceId, 16),
    spanId: toId(span.spanId, 8),
    parentSpanId: toId(span.parentSpanId, 8),
    name: toText(span.name),
    startMicros: toMicros(span.startTimeUnixNano),
    endMicros: toMicros(span.endTimeUnixNano),
    statusCode: status.code === "STATUS_CODE_ERROR" ? 2 : Number(toNumber(status.code) ?? 0),
    statusMessage: toText(status.message),
    attributes: toAttributes(span, budget, 0),
    events: listOf(span, "events").map((event) => toEvent(event, budget)),
    scopeName: toText(scope.name),
    scopeVersion: toText(scope.version),
  };
}

function toEvent(event: JsonObject, budget: DecodeBudget): OtlpEvent {
  budget.spend();
  return {
    name: toText(event.name),
    timeMicros: toMicros(event.timeUnixNano),
    attributes: toAttributes(event, budget, 0),
  };
}

function toAttributes(owner: JsonObject, budget: DecodeBudget, depth: number, key = "attributes"): Attributes {
  const attributes: Attributes = new Map();
  for (const entry of listOf(owner, key)) attributes.set(toText(entry.key), toValue(entry.value, budget, depth));
  return attributes;
}

function toValue(value: unknown, budget: DecodeBudget, depth: number): AttributeValue {
  budget.spend();
  if (depth > maxDepth) throw new DecodeError(`An attribute value nests deeper than ${maxDepth} levels.`);
  if (!isObject(value)) return null;
  if (typeof value.stringValue === "string") return value.stringValue;
  if (typeof value.boolValue === "boolean") return value.boolValue;
  if (value.intValue != null) return toNumber(value.intValue);
  if (value.doubleValue != null) return toNumber(value.doubleValue);
  if (typeof value.bytesValue === "string") return value.bytesValue;
  if (isObject(value.arrayValue)) {
    return listOf(value.arrayValue, "values").map((item) => toValue(item, budget, depth + 1));
  }
  if (isObject(value.kvlistValue)) {
    return Object.fromEntries(toAttributes(value.kvlistValue, budget, depth + 1, "values"));
  }
  return null;
}

/** Hex as OTLP says; base64 as generic protobuf encoders write it. Anything else stays, and is refused by the span's check. */
function toId(value: unknown, sizeBytes: number): string {
  const text = toText(value);
  const base64Length = Math.ceil(sizeBytes / 3) * 4;
  if (text.length === base64Length && text.endsWith("=")) return Buffer.from(text, "base64").toString("hex");
  return text.toLowerCase();
}

/** Nanoseconds as digits, or as a number that has already lost its last ones. */
function toMicros(value: unknown): number {
  if (typeof value === "string" && /^\d{1,20}$/.test(value)) return Number(value.slice(0, -3));
  return typeof value === "number" && value > 0 ? Math.floor(value / 1000) : 0;
}

/** 64-bit integers beyond a double's precision stay digits. `NaN` and infinities have no place in JSON rows: `null`. */
function toNumber(value: unknown): number | string | null {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number)) return null;
  return typeof value === "string" && Number.isInteger(number) && !Number.isSafeInteger(number) ? value : number;
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The objects of a list; `null` and absence are an empty one. */
function listOf(owner: JsonObject, key: string): JsonObject[] {
  const list = owner[key];
  if (list == null) return [];
  if (!Array.isArray(list)) {
    throw new DecodeError(
      `${key} is a list in OTLP/JSON${key === "attributes" ? ': [{"key":"…","value":{"stringValue":"…"}}]' : ""}.`,
    );
  }
  return list.filter(isObject);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

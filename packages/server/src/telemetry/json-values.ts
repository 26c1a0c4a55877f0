/** What the messages of every OTLP signal are made of, in OTLP/JSON. Lenient where encoders differ: ids in any case, numbers as text, enums by name. */

import { type Attributes, type AttributeValue, DecodeBudget, DecodeError, maxDepth } from "./otlp.ts";
import type { Scope } from "./protobuf-values.ts";

export type JsonObject = Record<string, unknown>;

/** Smaller bodies cannot hold enough values to matter. */
const countedFromBytes = 4 * 1024 * 1024;
const maxJsonValues = 8_000_000;

/**
 * An empty body is an empty object, as in protobuf.
 *
 * @throws DecodeError when it is no JSON object, or holds more values than the memory is meant for.
 */
export function parseJsonBody(body: Buffer): JsonObject {
  if (body.length === 0) return {};
  if (body.length > countedFromBytes) refuseTooMany(body);
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString("utf8"));
  } catch (error) {
    throw new DecodeError(`The body is no JSON: ${(error as Error).message}`);
  }
  if (!isObject(parsed)) throw new DecodeError('The body is no export: send an object such as {"resourceSpans":[…]}.');
  return parsed;
}

/** An empty object takes 60 bytes of memory for its three: what is to be parsed is counted before. */
function refuseTooMany(body: Buffer): void {
  let isInText = false;
  let count = 0;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (byte === 0x22) isInText = !isInText;
    else if (isInText) {
      if (byte === 0x5c) at++;
    } else if (byte === 0x2c || byte === 0x7b || byte === 0x5b) count++;
  }
  if (count > maxJsonValues) {
    throw new DecodeError(`The body holds more than ${maxJsonValues} values. Send it in smaller parts.`);
  }
}

/** Reads values within one export's budget. */
export class JsonValues {
  readonly budget = new DecodeBudget();

  readResource(owner: JsonObject): Attributes {
    return isObject(owner.resource) ? this.readAttributes(owner.resource) : new Map();
  }

  readAttributes(owner: JsonObject): Attributes {
    return this.#readList(owner, "attributes", 0);
  }

  /** @throws DecodeError beyond 32 levels */
  readValue(value: unknown, depth: number): AttributeValue {
    this.budget.spend();
    if (depth > maxDepth) throw new DecodeError(`An attribute value nests deeper than ${maxDepth} levels.`);
    if (!isObject(value)) return null;
    if (typeof value.stringValue === "string") return value.stringValue;
    if (typeof value.boolValue === "boolean") return value.boolValue;
    if (value.intValue != null) return toNumber(value.intValue);
    if (value.doubleValue != null) return toDouble(value.doubleValue);
    if (typeof value.bytesValue === "string") return value.bytesValue;
    if (isObject(value.arrayValue)) {
      return listOf(value.arrayValue, "values").map((item) => this.readValue(item, depth + 1));
    }
    if (isObject(value.kvlistValue)) return Object.fromEntries(this.#readList(value.kvlistValue, "values", depth + 1));
    return null;
  }

  #readList(owner: JsonObject, key: string, depth: number): Attributes {
    const attributes: Attributes = new Map();
    for (const entry of listOf(owner, key)) attributes.set(toText(entry.key), this.readValue(entry.value, depth));
    return attributes;
  }
}

export function toScope(owner: JsonObject): Scope {
  const scope = isObject(owner.scope) ? owner.scope : {};
  return { name: toText(scope.name), version: toText(scope.version) };
}

/** Hex as OTLP says; base64 as generic protobuf encoders write it. Anything else stays, and is refused by the check. */
export function toId(value: unknown, sizeBytes: number): string {
  const text = toText(value);
  const base64Length = Math.ceil(sizeBytes / 3) * 4;
  if (text.length === base64Length && text.endsWith("=")) return Buffer.from(text, "base64").toString("hex");
  return text.toLowerCase();
}

/** Nanoseconds as digits, or as a number that has already lost its last ones. */
export function toMicros(value: unknown): number {
  if (typeof value === "string" && /^\d{1,20}$/.test(value)) return Number(value.slice(0, -3));
  return typeof value === "number" && value > 0 ? Math.floor(value / 1000) : 0;
}

/** Integers beyond a double's precision stay digits. */
export function toNumber(value: unknown): number | string | null {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number)) return null;
  return typeof value === "string" && Number.isInteger(number) && !Number.isSafeInteger(number) ? value : number;
}

/** A count, a code: 0 for anything else. */
export function toCount(value: unknown): number {
  const number = Number(toNumber(value) ?? 0);
  return number > 0 ? Math.trunc(number) : 0;
}

/** By number, as OTLP says, or by name, as generic protobuf encoders write it. */
export function toEnum(value: unknown, names: readonly string[]): number {
  return typeof value === "string" && names.includes(value) ? names.indexOf(value) : toCount(value);
}

export function toText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The objects of a list; `null` and absence are an empty one. */
export function listOf(owner: JsonObject, key: string): JsonObject[] {
  const list = owner[key];
  if (list == null) return [];
  if (!Array.isArray(list)) {
    throw new DecodeError(
      `${key} is a list in OTLP/JSON${key === "attributes" ? ': [{"key":"…","value":{"stringValue":"…"}}]' : ""}.`,
    );
  }
  return list.filter(isObject);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What JSON has no number for is text in OTLP/JSON, and stays text: `NaN`, `Infinity`, `-Infinity`. */
function toDouble(value: unknown): AttributeValue {
  return value === "NaN" || value === "Infinity" || value === "-Infinity" ? value : toNumber(value);
}

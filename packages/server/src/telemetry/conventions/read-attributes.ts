/** Typed reads from a span's attributes, under the first of several spellings that holds something usable. */
import { isObject, type JsonObject, parseJson } from "../json-value.ts";
import type { Attributes, AttributeValue } from "../otlp.ts";

/** Nobody counts more tokens in a call; the column holds an input of so many, with as many read from the cache and written to it. */
const maxTokens = 2 ** 30;
/** What instrumentations write for nothing. */
const nothing = new Set<unknown>(["", "[]", "{}", "N/A", "<not serializable>"]);

export function readText(attributes: Attributes, ...keys: string[]): string | undefined {
  for (const key of keys) {
    const value = attributes.get(key);
    if (typeof value === "string" && value !== "") return value;
    if (typeof value === "number") return String(value);
  }
  return undefined;
}

/** A finite number ≥ 0, also when sent as text. */
export function readNumber(attributes: Attributes, ...keys: string[]): number | undefined {
  for (const key of keys) {
    const number = toNumber(attributes.get(key));
    if (number !== undefined) return number;
  }
  return undefined;
}

/** A finite number ≥ 0, also when sent as text. */
export function toNumber(value: AttributeValue | undefined): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) && number >= 0 ? number : undefined;
}

/** A count of tokens; `null` where it is not said: unknown is not zero. */
export function readTokens(attributes: Attributes, ...keys: string[]): number | null {
  return toTokens(readNumber(attributes, ...keys));
}

/** A count of tokens; `null` for what is none. */
export function toTokens(value: AttributeValue | undefined): number | null {
  const number = toNumber(value);
  return number === undefined || number > maxTokens ? null : Math.round(number);
}

/** Milliseconds out of an attribute in seconds. */
export function readSecondsAsMs(attributes: Attributes, ...keys: string[]): number | undefined {
  const seconds = readNumber(attributes, ...keys);
  return seconds === undefined ? undefined : seconds * 1000;
}

/** Milliseconds from the span's start to a time in ISO 8601, which may be quoted twice; never negative. */
export function readMsSinceStart(attributes: Attributes, startMicros: number, ...keys: string[]): number | undefined {
  const text = readText(attributes, ...keys);
  if (text === undefined) return undefined;
  const timeMs = Date.parse(text.slice(0, 100).replaceAll(/["\\]/g, ""));
  // An ISO time has whole milliseconds only, so the start may seem to come some microseconds later.
  return Number.isNaN(timeMs) || timeMs < Math.floor(startMicros / 1000)
    ? undefined
    : Math.max(0, timeMs - startMicros / 1000);
}

/** A list of texts, also when sent as JSON text. */
export function readTexts(attributes: Attributes, key: string): string[] | undefined {
  const value = parseJson(attributes.get(key) ?? null);
  return Array.isArray(value) ? value.filter((item) => typeof item === "string" && item !== "").map(String) : undefined;
}

/** An object, also when sent as JSON text. */
export function readObject(attributes: Attributes, key: string): JsonObject | undefined {
  const value = parseJson(attributes.get(key) ?? null);
  return isObject(value) ? value : undefined;
}

/** The first that holds something: some instrumentations write an empty text, list or object for nothing. */
export function readContent(attributes: Attributes, ...keys: string[]): AttributeValue | undefined {
  for (const key of keys) {
    const value = attributes.get(key);
    if (value === undefined || value === null || nothing.has(value)) continue;
    if (Array.isArray(value) && value.length === 0) continue;
    return value;
  }
  return undefined;
}

/** What stands below a prefix, as texts. `undefined` when nothing does. */
export function readBelow(attributes: Attributes, prefix: string): Record<string, string> | undefined {
  const found: [string, string][] = [];
  for (const [key, value] of attributes) {
    if (key.startsWith(prefix)) found.push([key.slice(prefix.length), toText(value)]);
  }
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

/** Metadata that came as an object, as texts. */
export function toMetadata(object: JsonObject | undefined): Record<string, string> | undefined {
  if (object === undefined) return undefined;
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, toText(value)]));
}

function toText(value: AttributeValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The facts that are there, so that spreading one convention's over another's only fills and never erases. */
export function defined<Facts extends object>(facts: { [Key in keyof Facts]: Facts[Key] | undefined }): Partial<Facts> {
  const found: Partial<Facts> = {};
  for (const key in facts) if (facts[key] !== undefined) found[key] = facts[key];
  return found;
}

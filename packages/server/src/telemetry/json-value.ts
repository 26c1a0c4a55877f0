/** Values of JSON, as attributes hold them: told apart, and taken out of objects field by field. */
import type { AttributeValue } from "./otlp.ts";

export type JsonObject = { [key: string]: AttributeValue };

/** JSON text of an object or list as the value that it is; any other text, a truncated one too, as it is. */
export function parseJson(value: AttributeValue): AttributeValue {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as AttributeValue;
  } catch {
    return value;
  }
}

export function isObject(value: AttributeValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Nothing, written down. */
export function isEmpty(value: AttributeValue | undefined): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** Adds fields, under a name of their own where theirs is taken. Empty ones say nothing. */
export function addFields(target: JsonObject, fields: JsonObject): void {
  for (const [key, value] of Object.entries(fields)) {
    if (!isEmpty(value)) target[Object.hasOwn(target, key) ? `other_${key}` : key] = value;
  }
}

/** An object's fields without its type, those of the first nested object among them. */
export function flatten(part: JsonObject, ...nests: (string | undefined)[]): JsonObject {
  const { type: _, ...outer } = part;
  for (const nest of nests) {
    const inner = nest === undefined ? undefined : outer[nest];
    if (nest === undefined || !isObject(inner)) continue;
    delete outer[nest];
    const { type: __, ...fields } = inner;
    addFields(outer, fields);
    break;
  }
  return outer;
}

/** Removes and returns the first field that is there. */
export function take(fields: JsonObject, names: readonly string[]): AttributeValue | undefined {
  for (const name of names) {
    const value = fields[name];
    if (value === undefined || value === null || !Object.hasOwn(fields, name)) continue;
    delete fields[name];
    return value;
  }
  return undefined;
}

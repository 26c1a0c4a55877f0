/** Tags and metadata as span attributes. */
import type { Attributes, Span } from "@opentelemetry/api";
import { attribute } from "@ratchet/protocol/attributes";
import { toPayload } from "./payload.ts";

/** Scalars stay scalars, so that they can be searched by value; anything else becomes JSON text of at most 8 kB. */
export type MetadataValue = string | number | boolean | null | undefined | object;

const maxKeyLength = 200;
const maxValueBytes = 8192;

/** `{ repo: "a/b" }` as `{ "ratchet.metadata.repo": "a/b" }`. */
export function metadataAttributes(metadata: Readonly<Record<string, MetadataValue>>): Attributes {
  const attributes: Attributes = {};
  for (const [key, value] of Object.entries(metadata)) {
    if (value === undefined) continue;
    attributes[`${attribute.metadata}${key.slice(0, maxKeyLength)}`] = scalarOrText(value);
  }
  return attributes;
}

const tagsOf = new WeakMap<Span, string[]>();

/** Adds to the tags that the SDK gave the span before: an attribute can only be set as a whole. */
export function addTagsTo(span: Span, tags: readonly string[]): void {
  if (tags.length === 0) return;
  const merged = mergeTags(tagsOf.get(span), tags);
  tagsOf.set(span, merged);
  span.setAttribute(attribute.tags, merged);
}

/** First appearances, in order; at most 100, as more would be data. */
export function mergeTags(...lists: (readonly string[] | undefined)[]): string[] {
  return [...new Set(lists.flatMap((list) => list ?? []))].slice(0, 100);
}

function scalarOrText(value: Exclude<MetadataValue, undefined>): string | number | boolean {
  if (typeof value === "string") return value.slice(0, maxValueBytes);
  if (typeof value === "number" || typeof value === "boolean") return value;
  return toPayload(value, maxValueBytes).text;
}

import type { Json } from "@ratchet/protocol";

// What a row can show; the panel beside it shows all.
const previewChars = 300;

/** One line of a JSON value: a string as it is, an object as compact JSON. */
export function previewOf(value: Json): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.slice(0, previewChars).replace(/\s+/g, " ");
}

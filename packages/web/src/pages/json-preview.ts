import type { Json } from "@ratchet/protocol";

// What a row can show; the panel beside it shows all.
const previewChars = 300;

/** One line of a JSON value: a string as it is, of an object or array the scalars in reading order, without their keys. */
export function previewOf(value: Json): string {
  const parts: string[] = [];
  collect(value, parts, previewChars);
  return parts.join(" · ").slice(0, previewChars).replace(/\s+/g, " ").trim();
}

/** Adds scalars until the budget of characters is used up; gives back what is left of it. */
function collect(value: Json, parts: string[], budget: number): number {
  if (budget <= 0 || value === null) return budget;
  if (typeof value !== "object") {
    const text = String(value).slice(0, budget);
    parts.push(text);
    return budget - text.length;
  }
  let left = budget;
  for (const item of Object.values(value)) left = collect(item, parts, left);
  return left;
}

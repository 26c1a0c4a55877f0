/** What a value says in one line of a list. Free of zod; the server and the pages show the same rule. */
import type { Json } from "./scalars.ts";

/** Under these keys stands what a person would read first. */
const tellingKeys = new Set([
  "action",
  "answer",
  "body",
  "comment",
  "content",
  "input",
  "label",
  "labels",
  "message",
  "output",
  "prompt",
  "query",
  "question",
  "result",
  "subject",
  "summary",
  "text",
  "title",
]);
/** However large the value is, a list's row must stay cheap. */
const maxValues = 500;
const maxDepth = 20;

/**
 * Text as it is; of an object or array what its telling keys hold (`title`, `question`, `content`, `answer`, …), at any
 * depth and in reading order, or all its scalars when it has none of them. Never braces and keys.
 *
 * @example previewOf({ event: "opened", title: "Crash on start", labels: ["bug"] }, 200) // "Crash on start · bug"
 */
export function previewOf(value: Json, maxCharacters: number): string {
  const found: Found = { telling: new Set(), others: new Set(), values: 0, maxCharacters };
  collect(value, true, 0, found);
  const texts = found.telling.size > 0 ? found.telling : found.others;
  return oneLine([...texts].join(" · "), maxCharacters);
}

/** On one line, bounded, and without half a surrogate pair. */
export function oneLine(text: string, maxCharacters: number): string {
  // Twice the room, so that a text which begins with an indented block still fills its line.
  const line = text.slice(0, 2 * maxCharacters).replace(/\s+/g, " ");
  return line.trim().slice(0, maxCharacters).trimEnd().toWellFormed();
}

interface Found {
  /** Sets, as the same said twice tells no more. */
  telling: Set<string>;
  others: Set<string>;
  /** Scalars seen so far. */
  values: number;
  maxCharacters: number;
}

/** An array's scalars are as telling as the array; an object's are judged by their own keys. */
function collect(value: Json, isTelling: boolean, depth: number, found: Found): void {
  if (typeof value !== "object") {
    found.values++;
    const text = oneLine(String(value), found.maxCharacters);
    if (text !== "") (isTelling ? found.telling : found.others).add(text);
    return;
  }
  if (value === null || depth === maxDepth) return;
  if (Array.isArray(value)) {
    for (const item of value) {
      if (found.values >= maxValues) return;
      collect(item, isTelling, depth + 1, found);
    }
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    if (found.values >= maxValues) return;
    collect(item, tellingKeys.has(key), depth + 1, found);
  }
}

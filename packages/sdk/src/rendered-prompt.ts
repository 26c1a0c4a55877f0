/** A prompt with its variables filled in, in the form that the AI SDK and most clients take. */
import type { Message, Part } from "dotprompt";

export interface PromptMessage {
  role: "system" | "user" | "assistant" | "tool";
  /** Text, or parts where there is more than text. */
  content: string | ({ type: "text"; text: string } | { type: "file"; data: string; mediaType: string })[];
}
export interface RenderedPrompt {
  messages: PromptMessage[];
  /** All text of all messages, a blank line between. */
  text: string;
}

export function toRenderedPrompt(messages: readonly Message[]): RenderedPrompt {
  return {
    messages: messages.map(({ role, content }) => ({
      role: role === "model" ? "assistant" : role,
      content: content.every((part) => part.text !== undefined) ? textOf(content) : content.flatMap(toPart),
    })),
    text: messages.map(({ content }) => textOf(content)).join("\n\n"),
  };
}

function textOf(content: readonly Part[]): string {
  return content
    .map((part) => part.text ?? "")
    .join("")
    .trim();
}

function toPart(part: Part): Exclude<PromptMessage["content"], string> {
  if (part.text !== undefined) return [{ type: "text", text: part.text }];
  if (part.media === undefined) return [];
  return [{ type: "file", data: part.media.url, mediaType: part.media.contentType ?? "image/*" }];
}

/**
 * Dotprompt marks roles inside the rendered text, `<<<dotprompt:role:system>>>`: a stranger's text that contains a marker
 * would speak as the system. A zero-width space takes its power.
 */
export function withoutMarkers(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("<<<dotprompt:", "<<<\u200bdotprompt:");
  if (Array.isArray(value)) return value.map(withoutMarkers);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [withoutMarkers(key), withoutMarkers(inner)]));
}

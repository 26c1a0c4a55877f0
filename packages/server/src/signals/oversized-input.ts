import type { Evidence, Finding } from "./evidence.ts";

/** About 2,000 tokens: embedding models cut or blur beyond it, and a model's bill and latency follow. */
export const maxInputCharacters = 8000;

const kinds = new Set(["embedding", "llm"]);

/** A pasted log or a dump went whole into one model call. Severity 2: such calls answer late, or about the wrong part. */
export function detectOversizedInput({ spans }: Evidence): Finding | undefined {
  const [largest] = spans
    .filter((span) => kinds.has(span.kind))
    .map((span) => ({ span, characters: span.input.reduce((sum, part) => sum + part.content.length, 0) }))
    .sort((a, b) => b.characters - a.characters);
  if (largest === undefined || largest.characters <= maxInputCharacters) return undefined;
  const { span, characters } = largest;
  return {
    spanId: span.spanId,
    severity: 2,
    reason: `${span.kind} ${span.name} got ${characters.toLocaleString("en")} characters in one call; more than ${maxInputCharacters.toLocaleString("en")} is too much.`,
  };
}

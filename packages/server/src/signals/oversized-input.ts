import type { Evidence, ExaminedSpan, Finding } from "./evidence.ts";

/** About 2,000 tokens: embedding models cut or blur beyond it, and a model's bill and latency follow. */
export const maxInputCharacters = 8000;

const kinds = new Set(["embedding", "llm"]);

/** A pasted log or a dump went whole into one model call. Severity 2: such calls answer late, or about the wrong part. */
export function detectOversizedInput({ spans }: Evidence): Finding | undefined {
  const [largest] = spans
    .filter((span) => kinds.has(span.kind))
    .map((span) => ({ span, characters: countCharacters(span) }))
    .sort((a, b) => b.characters - a.characters);
  if (largest === undefined || largest.characters <= maxInputCharacters) return undefined;
  const { span, characters } = largest;
  return {
    spanId: span.spanId,
    severity: 2,
    reason: `${span.kind} ${span.name} got ${characters.toLocaleString("en")} characters in one call; more than ${maxInputCharacters.toLocaleString("en")} is too much.`,
  };
}

/** Long messages come cut, so what is missing is reckoned from the bytes of the whole. */
function countCharacters({ input, inputBytes }: ExaminedSpan): number {
  const read = input.map((part) => part.content).join("");
  const readBytes = Buffer.byteLength(read);
  return readBytes === 0 ? 0 : Math.round(read.length * Math.max(1, inputBytes / readBytes));
}

import type { SpanKind } from "@ratchet/protocol/attributes";
import type { Evidence, ExaminedSpan, Finding } from "./evidence.ts";

/**
 * Characters in one call. Embedding models read some 512 tokens, so that 8,000 characters are cut or blurred; language
 * models read long contexts well, and only a dump of about 50,000 tokens is no question any more.
 */
const maxInputCharacters: Partial<Record<SpanKind, number>> = { embedding: 8000, llm: 200_000 };

/** Whether the texts must be read to know: characters are at most as many as bytes. */
export function mayBeOversized({ kind, inputBytes }: Pick<ExaminedSpan, "kind" | "inputBytes">): boolean {
  return inputBytes > (maxInputCharacters[kind] ?? Number.POSITIVE_INFINITY);
}

/** A pasted log or a dump went whole into one model call. Severity 2: such calls answer late, or about the wrong part. */
export function detectOversizedInput({ spans }: Evidence): Finding | undefined {
  const [largest] = spans
    .map((span) => ({
      span,
      limit: maxInputCharacters[span.kind] ?? Number.POSITIVE_INFINITY,
      characters: countCharacters(span),
    }))
    .filter(({ characters, limit }) => characters > limit)
    .sort((a, b) => b.characters - a.characters);
  if (largest === undefined) return undefined;
  const { span, characters, limit } = largest;
  return {
    spanId: span.spanId,
    severity: 2,
    reason: `${span.name} got ${characters.toLocaleString("en")} characters in one ${span.kind} call, above the limit of ${limit.toLocaleString("en")}.`,
  };
}

/** Long messages come cut, so what is missing is reckoned from the bytes of the whole. */
function countCharacters({ input, inputBytes }: ExaminedSpan): number {
  const read = input.map((part) => part.content).join("");
  const readBytes = Buffer.byteLength(read);
  return readBytes === 0 ? 0 : Math.round(read.length * Math.max(1, inputBytes / readBytes));
}

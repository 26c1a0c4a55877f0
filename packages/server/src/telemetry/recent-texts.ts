/**
 * Texts that were just stored and are about to be looked at by detectors: asking the engine for them again costs more
 * than storing them did, as it reads whole blocks. Bounded; what is not here is in the engine.
 */
import type { Payload } from "@ratchet/protocol";
import type { References } from "./payloads.ts";
import type { Span } from "./span.ts";

const maxBytes = 16 * 1024 * 1024;
/** Longer ones would push out too many others. */
const maxTextBytes = 16 * 1024;

export function createRecentTexts() {
  /** By project, trace and hash; the oldest first. */
  const texts = new Map<string, Payload>();
  let sizeBytes = 0;

  return {
    /** Of spans that are durable. */
    remember(spans: readonly Span[], references: readonly References[]): void {
      spans.forEach((span, index) => {
        if (!isLookedAt(span)) return;
        const refs = references[index];
        const payloads = span.parentSpanId === null ? [...span.input, ...span.output] : span.output;
        const hashes = span.parentSpanId === null ? [...(refs?.input ?? []), ...(refs?.output ?? [])] : refs?.output;
        payloads.forEach((payload, at) => {
          const key = toKey(span.project.id, span.traceId, hashes?.[at] ?? "");
          if (texts.has(key) || payload.content.length > maxTextBytes) return;
          texts.set(key, payload);
          sizeBytes += payload.content.length;
        });
      });
      for (const [key, { content }] of texts) {
        if (sizeBytes <= maxBytes) break;
        texts.delete(key);
        sizeBytes -= content.length;
      }
    },

    findOptional: (projectId: number, traceId: string, hash: string): Payload | undefined =>
      texts.get(toKey(projectId, traceId, hash)),

    /** Of deleted traces nothing may be left. */
    clear(): void {
      texts.clear();
      sizeBytes = 0;
    },
  };
}

export type RecentTexts = ReturnType<typeof createRecentTexts>;

/** By detectors: a trace's own question and answer, and what was retrieved for it. */
function isLookedAt({ parentSpanId, kind }: Span): boolean {
  return parentSpanId === null || kind === "retriever" || kind === "reranker";
}

function toKey(projectId: number, traceId: string, hash: string): string {
  return `${projectId}/${traceId}/${hash}`;
}

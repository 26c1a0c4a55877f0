/** Which payloads of a batch are new: each message is stored once a trace, under the hash of its content. */
import { hash } from "node:crypto";
import type { Payload } from "@ratchet/protocol";
import type { Span } from "./span.ts";

/** Hashes that are remembered at most; a forgotten one only stores its message again. */
const maxRemembered = 200_000;

export interface NewPayload extends Payload {
  span: Span;
  hash: string;
}

/** A span's payloads, in order, as digits of unsigned 64-bit hashes. */
export interface References {
  input: string[];
  output: string[];
}

/** Remembers what is stored, by trace. */
export function createPayloadMemory() {
  const traces = new Map<string, Set<string>>();
  let remembered = 0;
  return {
    /** Nothing is remembered yet: an insert may fail. */
    split(spans: readonly Span[]): { references: References[]; fresh: NewPayload[] } {
      const seen = new Set<string>();
      const fresh: NewPayload[] = [];
      const refer = (span: Span, payloads: Payload[]) =>
        payloads.map((payload) => {
          const digest = hashPayload(payload);
          const trace = traceKey(span);
          const key = `${trace}/${digest}`;
          if (!seen.has(key) && !traces.get(trace)?.has(digest)) {
            seen.add(key);
            fresh.push({ ...payload, span, hash: digest });
          }
          return digest;
        });
      const references = spans.map((span) => ({ input: refer(span, span.input), output: refer(span, span.output) }));
      return { references, fresh };
    },

    /** Call it once the payloads are durable. */
    remember(payloads: readonly NewPayload[]): void {
      for (const { span, hash: digest } of payloads) {
        const key = traceKey(span);
        const hashes = traces.get(key) ?? new Set();
        // Moved to the end: the trace that was used least recently is forgotten first.
        traces.delete(key);
        traces.set(key, hashes);
        if (!hashes.has(digest)) remembered++;
        hashes.add(digest);
      }
      for (const [key, hashes] of traces) {
        if (remembered <= maxRemembered) break;
        traces.delete(key);
        remembered -= hashes.size;
      }
    },
  };
}

function traceKey(span: Span): string {
  return `${span.project.id}/${span.traceId}`;
}

/** 64 bits are enough within one trace, and fit the engine's fastest column. */
function hashPayload({ role, content }: Payload): string {
  return hash("sha1", `${role}\0${content}`, "buffer").readBigUInt64LE().toString();
}

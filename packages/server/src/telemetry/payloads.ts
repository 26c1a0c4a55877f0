/** Which payloads of a batch are new: each message is stored once a trace, under the hash of its content. */
import { hash } from "node:crypto";
import type { Payload } from "@ratchet/protocol";
import type { Span } from "./span.ts";
import { createTraceMemory } from "./trace-memory.ts";

/** Hashes that are remembered at most; a forgotten one only stores its message again. */
const maxRemembered = 200_000;

/** A span, or what else has payloads of a trace and a moment. */
export type PayloadOwner = Pick<Span, "project" | "traceId" | "spanId" | "startMicros" | "input" | "output">;

export interface NewPayload extends Payload {
  span: PayloadOwner;
  hash: string;
}

/** A span's payloads, in order, as digits of unsigned 64-bit hashes. */
export interface References {
  input: string[];
  output: string[];
}

export interface Split {
  references: References[];
  fresh: NewPayload[];
  /** Inserts of other batches that must succeed before these spans may be seen. */
  underWay: Set<Promise<void>>;
}

/** Remembers what is stored or on the way, by trace. */
export function createPayloadMemory() {
  /** By hash; `null` is durable. */
  const memory = createTraceMemory<Promise<void> | null>(maxRemembered);

  return {
    /** Asks for an insert of what is fresh, by {@link remember}, before anything else is split. */
    split(spans: readonly PayloadOwner[]): Split {
      const batch = new Map<string, Set<string>>();
      const fresh: NewPayload[] = [];
      const underWay = new Set<Promise<void>>();
      const references = spans.map((span) => {
        const key = `${span.project.id}/${span.traceId}`;
        const seen = batch.get(key) ?? new Set();
        batch.set(key, seen);
        const known = memory.list(span);
        const refer = (payload: Payload) => {
          const digest = hashPayload(payload);
          if (seen.has(digest)) return digest;
          seen.add(digest);
          const state = known?.get(digest);
          if (state) underWay.add(state);
          if (state === undefined) fresh.push({ ...payload, span, hash: digest });
          return digest;
        };
        return { input: span.input.map(refer), output: span.output.map(refer) };
      });
      return { references, fresh, underWay };
    },

    /** @param insert Of these payloads: until it has succeeded they are on the way, and when it fails they are unknown again. */
    remember(payloads: readonly NewPayload[], insert: Promise<void>): void {
      for (const { span, hash: digest } of payloads) memory.set(span, digest, insert);
      const replace = (state: null | undefined) => {
        for (const { span, hash: digest } of payloads) {
          if (memory.get(span, digest) === insert) memory.set(span, digest, state);
        }
      };
      insert.then(
        () => replace(null),
        () => replace(undefined),
      );
    },

    forget: memory.forget,
  };
}

/** 64 bits are enough within one trace, and fit the engine's fastest column. */
function hashPayload({ role, content }: Payload): string {
  return hash("sha1", `${role}\0${content}`, "buffer").readBigUInt64LE().toString();
}

/** A span by the words of the product: what every convention is read into, and what is stored. */
import type { Exposure, Payload, PromptRef, SpanKind } from "@ratchet/protocol";
import type { ProjectScope } from "../router.ts";
import type { Attributes } from "./otlp.ts";

/** What one convention finds on a span. Absent: it says nothing; then the next convention is asked. */
export interface SpanFacts {
  kind?: SpanKind;
  model?: string;
  provider?: string;
  usage?: Usage;
  /** US dollars, as the client computed it. */
  costUsd?: number;
  sessionId?: string;
  userId?: string;
  tags?: string[];
  release?: string;
  prompt?: PromptRef;
  exposure?: Exposure;
  input?: Payload[];
  output?: Payload[];
  /** Bytes that the client left out of them. */
  inputTruncatedBytes?: number;
  outputTruncatedBytes?: number;
}

/** Tokens, cached and reasoning ones included in the totals; `null` where the span does not say. */
export interface Usage {
  inputTokens: number | null;
  outputTokens: number | null;
  cacheReadTokens: number;
  cacheWriteTokens: number;
}

export interface Convention {
  read(attributes: Attributes): SpanFacts;
  /** True for attributes that {@link read} turned into payloads: they are not stored a second time. */
  isContent(key: string): boolean;
}

export interface Span {
  project: ProjectScope;
  /** 32 hex digits. */
  traceId: string;
  /** 16 hex digits. */
  spanId: string;
  parentSpanId: string | null;
  name: string;
  kind: SpanKind;
  status: "ok" | "error" | "running";
  statusMessage: string;
  environment: string;
  release: string | null;
  /** Microseconds since 1970. */
  startMicros: number;
  /** 0 while it runs. */
  endMicros: number;
  model: string | null;
  provider: string | null;
  usage: Usage | null;
  costUsd: number | null;
  userId: string | null;
  sessionId: string | null;
  tags: string[];
  prompt: PromptRef | null;
  exposure: Exposure | null;
  attributes: Record<string, string>;
  events: { name: string; timeMicros: number; attributes: Record<string, unknown> }[];
  input: Payload[];
  output: Payload[];
  /** UTF-8 bytes as the application had them, also what was cut off on the way. */
  inputBytes: number;
  outputBytes: number;
}

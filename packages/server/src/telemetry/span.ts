/** A span by the words of the product: what every convention is read into, and what is stored. */
import type { CostSource, Exposure, Payload, PromptRef, SpanKind } from "@ratchet/protocol";
import type { ProjectScope } from "../router.ts";
import type { Attachment } from "./media.ts";
import type { Attributes, OtlpSpan } from "./otlp.ts";
import type { ReportedUsage } from "./usage.ts";

/** What one convention finds on a span. Absent: it says nothing; then the next convention is asked. */
export interface SpanFacts {
  kind?: SpanKind;
  /** The kind is only a default of the convention: any other convention's word is better. */
  isKindWeak?: boolean;
  /** What to show instead of the span's own name. */
  name?: string;
  /** It is a placeholder of another span, which still runs. The parent is empty for a root. */
  standsFor?: { spanId: string; parentSpanId: string };
  /** The model that answered. */
  model?: string;
  /** The model that was asked for; it counts where no convention says which one answered. */
  requestModel?: string;
  provider?: string;
  /** The provider's id of the answer: equal on two spans that instrument one call. */
  responseId?: string;
  usage?: ReportedUsage;
  /** US dollars, as the client computed it. */
  costUsd?: number;
  /** Milliseconds from the start of the span to the first piece of the answer. */
  timeToFirstTokenMs?: number;
  /** It failed although its status does not say so; the text may be empty. */
  error?: string;
  sessionId?: string;
  userId?: string;
  tags?: string[];
  metadata?: Record<string, string>;
  environment?: string;
  release?: string;
  prompt?: PromptRef;
  exposure?: Exposure;
  /** Why the model stopped, an answer each, in the words of the sender. */
  finishReasons?: string[];
  input?: Payload[];
  output?: Payload[];
  /** Input and output were read from the span's events: their texts are not stored a second time. */
  areEventsRead?: true;
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
  reasoningTokens: number;
}

/** The ways of instrumenting that are read, in the words of their makers. */
export const conventionNames = [
  "ratchet",
  "otel-genai",
  "openinference",
  "openllmetry",
  "ai-sdk",
  "langsmith",
  "langfuse",
  "mlflow",
  "logfire",
  "openai-agents",
  "mastra",
  "claude-code",
  "google-adk",
  "livekit",
  "generic",
] as const;
export type ConventionName = (typeof conventionNames)[number];

export interface Convention {
  name: ConventionName;
  /** Cheap: it decides whether {@link read} is called at all. */
  recognises(span: SentSpan): boolean;
  read(span: SentSpan): SpanFacts;
  /** True for attributes that {@link read} turns into payloads: they are not stored a second time. */
  isContent(key: string): boolean;
}

/** A span as it was sent, with what every convention asks of it. */
export interface SentSpan extends OtlpSpan {
  resource: Attributes;
  /** What stands before the first dot of each attribute's key: `gen_ai`, `llm`, `ai`, … */
  families: ReadonlySet<string>;
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
  /** The provider's id of the answer. */
  responseId: string | null;
  usage: Usage | null;
  costUsd: number | null;
  /** Who computed {@link costUsd}: the client, the public price table, or the project's own prices. */
  costSource: CostSource | null;
  timeToFirstTokenMs: number | null;
  /** The span of the same call that was stored first, when two instrumentations report one call: only that one counts. */
  duplicateOf: string | null;
  /** Name of the instrumentation scope. */
  scope: string;
  /** Which conventions it was read by, strongest first. */
  conventions: ConventionName[];
  userId: string | null;
  sessionId: string | null;
  tags: string[];
  prompt: PromptRef | null;
  exposure: Exposure | null;
  attributes: Record<string, string>;
  events: { name: string; timeMicros: number; attributes: Record<string, unknown> }[];
  input: Payload[];
  output: Payload[];
  /** Media that were taken out of its texts. */
  attachments: Attachment[];
  /** UTF-8 bytes as the application had them, also what was cut off on the way. */
  inputBytes: number;
  outputBytes: number;
}

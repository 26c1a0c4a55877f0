/** Traces and spans as the API gives them. */
import { z } from "zod";
import { spanKinds } from "./attributes.ts";
import { Feedback } from "./feedback.ts";
import { FailureId, Json, ReleaseId, RolloutId, SpanId, Timestamp, TraceId } from "./scalars.ts";
import { Signal } from "./signal.ts";

/** `running` until the span's end has arrived. */
export const SpanStatus = z.enum(["ok", "error", "running"]);
export const Arm = z.enum(["control", "candidate"]);

export const Exposure = z.object({
  rollout: RolloutId,
  arm: Arm,
  unit: z.string(),
  plannedShare: z.number().min(0).max(1),
});
export type Exposure = z.infer<typeof Exposure>;
export const PromptRef = z.object({ name: z.string(), version: z.string() });
export type PromptRef = z.infer<typeof PromptRef>;

/** Who computed a cost: the client, the public price table, or the project's own prices. */
export const CostSource = z.enum(["client", "table", "project"]);
export type CostSource = z.infer<typeof CostSource>;

const Usage = {
  /** Cached tokens included; `null` when not reported, which is not zero. */
  inputTokens: z.int().nullable(),
  /** Reasoning tokens included. */
  outputTokens: z.int().nullable(),
  /** Parts of {@link inputTokens}: read from the provider's cache, and written to it. */
  cacheReadTokens: z.int(),
  cacheWriteTokens: z.int(),
  /** Part of {@link outputTokens}. */
  reasoningTokens: z.int(),
  /** US dollars; `null` when the model's price is not known. */
  costUsd: z.number().nullable(),
};

/**
 * A row of the traces list: the root span, with sums over the trace. Session, user, tags, environment and release are
 * the root's or, where it has none, those of the earliest span that has some. Never reads payloads.
 */
export const TraceSummary = z.object({
  traceId: TraceId,
  rootSpanId: SpanId,
  /** False while the root has not arrived: then the earliest span stands for it. Absent: it has. */
  isRootReceived: z.boolean().optional(),
  name: z.string(),
  kind: z.enum(spanKinds),
  status: SpanStatus,
  startTime: Timestamp,
  /** Milliseconds; of a running trace, until now. */
  durationMs: z.number(),
  spanCount: z.int(),
  errorCount: z.int(),
  ...Usage,
  /** One line of at most 200 characters, by the rule of `@ratchet/protocol/preview`. */
  inputPreview: z.string(),
  outputPreview: z.string(),
  sessionId: z.string().nullable(),
  userId: z.string().nullable(),
  tags: z.array(z.string()),
  environment: z.string().nullable(),
  release: ReleaseId.or(z.string()).nullable(),
  exposure: Exposure.nullable(),
  prompts: z.array(PromptRef),
  /** Thumbs as counts, for the list's badge. */
  feedback: z.object({ up: z.int(), down: z.int(), total: z.int() }),
  signals: z.array(z.string()),
  failures: z.array(FailureId),
});
export type TraceSummary = z.infer<typeof TraceSummary>;

/** `GET /api/traces?from&to&status&name&limit&cursor`. Newest first. */
export const TraceQuery = z.object({
  /** Runs of evals are traces whose root has the kind `evaluator`: they are tests, and no part of production. */
  origin: z.enum(["production", "evals", "all"]).default("production"),
  from: Timestamp.optional(),
  to: Timestamp.optional(),
  status: SpanStatus.optional(),
  /** Case-insensitive part of the root's name. */
  name: z.string().max(200).optional(),
  signal: z.string().max(100).optional(),
  failure: FailureId.optional(),
  session: z.string().max(500).optional(),
  release: z.string().max(100).optional(),
  rollout: RolloutId.optional(),
  arm: Arm.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().max(200).optional(),
});
export type TraceQuery = z.infer<typeof TraceQuery>;
/** `total` counts all that the query matches, so that a list can say "50 of 8,211". */
export const TraceList = z.object({
  traces: z.array(TraceSummary),
  total: z.int(),
  /** False when only the newest were counted: there are at least `total`. Absent: it counts all. */
  isTotalExact: z.boolean().optional(),
  nextCursor: z.string().nullable(),
});
export type TraceList = z.infer<typeof TraceList>;

/** Structure and timing of a span: what the tree needs. */
export const SpanSummary = z.object({
  spanId: SpanId,
  parentSpanId: SpanId.nullable(),
  name: z.string(),
  kind: z.enum(spanKinds),
  status: SpanStatus,
  statusMessage: z.string(),
  startTime: Timestamp,
  durationMs: z.number(),
  model: z.string().nullable(),
  provider: z.string().nullable(),
  ...Usage,
  costSource: CostSource.nullable(),
  /** Milliseconds from the start to the first piece of the answer; `null` when not reported. */
  timeToFirstTokenMs: z.number().nullable(),
  /** The span that counts for the same model call, when two instrumentations report it: this one's tokens do not. */
  duplicateOf: SpanId.nullable(),
  prompt: PromptRef.nullable(),
  inputBytes: z.int(),
  outputBytes: z.int(),
});
export type SpanSummary = z.infer<typeof SpanSummary>;

/** `role` is `input`, `output`, or a message's role; `content` is text or JSON text. */
export const Payload = z.object({ role: z.string(), content: z.string() });
export type Payload = z.infer<typeof Payload>;

/** `GET /api/traces/:id/spans/:spanId`. */
export const SpanDetail = SpanSummary.extend({
  /** The instrumentation scope's name; empty when it gives none. */
  scope: z.string(),
  /** The conventions that it was read by, strongest first. */
  conventions: z.array(z.string()),
  input: z.array(Payload),
  output: z.array(Payload),
  attributes: z.record(z.string(), z.string()),
  events: z.array(z.object({ name: z.string(), time: Timestamp, attributes: z.record(z.string(), Json) })),
});
export type SpanDetail = z.infer<typeof SpanDetail>;

/** `GET /api/traces/:id`. Spans in order of their start. */
export const TraceDetail = z.object({
  trace: TraceSummary,
  spans: z.array(SpanSummary),
  /** The root's payloads, so that the page opens with one request. */
  input: z.array(Payload),
  output: z.array(Payload),
  metadata: z.record(z.string(), z.string()),
  feedback: z.array(Feedback),
  signals: z.array(Signal),
  /** Dataset cases made from this trace. */
  cases: z.array(z.object({ dataset: z.string(), caseId: z.string() })),
});
export type TraceDetail = z.infer<typeof TraceDetail>;

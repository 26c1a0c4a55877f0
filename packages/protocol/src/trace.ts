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

/**
 * A span at its place in the tree: parents before their children, children by their start. A span whose parent has not
 * arrived stands at the top level, and so does one that a circle of parents would hide.
 */
export const TreeRow = SpanSummary.extend({
  /** 0 at the top level. */
  depth: z.int(),
  childCount: z.int(),
  /** Spans below it at any depth: in an open tree, the rows that follow. */
  descendantCount: z.int(),
  /** Its parent has not arrived: `parentSpanId` is `null`, and `GET …/spans/:spanId` tells it. */
  isOrphan: z.boolean(),
});
export type TreeRow = z.infer<typeof TreeRow>;

/** What the tree tells of the whole trace. */
export const TreeOverview = z.object({
  /** Changes when spans arrive; rows of one version fit together. */
  version: z.string(),
  /** Rows of the open tree. Less than the trace's `spanCount` only for a trace of more than 500,000 spans. */
  spanCount: z.int(),
  /** From the first start to the last end of all spans, or until now while one runs. */
  startTime: Timestamp,
  durationMs: z.number(),
  isRootReceived: z.boolean(),
  runningCount: z.int(),
  /** The failing span furthest down, where the cause is. `index` is its row in the open tree. */
  failing: z.object({ spanId: SpanId, index: z.int() }).nullable(),
  /** How the time divides, largest first, summing to 1: each span's own time, without its children's. */
  timeByKind: z.array(z.object({ kind: z.enum(spanKinds), share: z.number().min(0).max(1) })),
});
export type TreeOverview = z.infer<typeof TreeOverview>;

/** `GET /api/traces/:id/tree?offset&limit&around&closed&version`: a window of the tree. */
export const TreeQuery = z.object({
  /** Of the first row, among those that no closed span hides. */
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
  /** A span that the window must hold, whatever `offset` says: what is hidden is stood for by the closed span above it. */
  around: SpanId.optional(),
  /** Ids of up to 200 closed spans with commas between them: the rows below them are left out. Unknown ones are none. */
  closed: z
    .string()
    .max(200 * 33)
    .transform((text) => (text === "" ? [] : text.split(",")))
    .pipe(z.array(SpanId).max(200))
    .default([]),
  /** Of the rows that the window must fit. When it is no longer known, the newest version is given. Absent: the newest. */
  version: z.string().max(100).optional(),
});
export type TreeQuery = z.infer<typeof TreeQuery>;
export const TreeWindow = z.object({
  overview: TreeOverview,
  /** Rows that no closed span hides. */
  total: z.int(),
  offset: z.int(),
  rows: z.array(TreeRow),
});
export type TreeWindow = z.infer<typeof TreeWindow>;

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

/** `GET /api/traces/:id?rows`. */
export const TraceOpenQuery = z.object({
  /** How many of the tree's first rows come with it: 0 for a reader that asks for the tree itself. */
  rows: z.coerce.number().int().min(0).max(1000).optional(),
});
export type TraceOpenQuery = z.infer<typeof TraceOpenQuery>;
export const TraceDetail = z.object({
  trace: TraceSummary,
  tree: TreeOverview,
  /** Unless the query says how many: the tree's rows, up to 1,000; of a larger one the first 200. `GET /api/traces/:id/tree` gives the others. */
  spans: z.array(TreeRow),
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

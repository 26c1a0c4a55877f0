/** Rows of the engine → traces and spans of the API. */
import type { Feedback, Signal, SpanSummary, TraceSummary } from "@ratchet/protocol";
import { fromMicros } from "../micros.ts";
import type { TraceRow } from "./rollup-store.ts";
import type { SpanRow } from "./store.ts";

/** What other features know of a trace. */
export interface Judgements {
  feedback: TraceSummary["feedback"];
  detectors: string[];
  failures: string[];
}

export const noJudgements: Judgements = { feedback: { up: 0, down: 0, total: 0 }, detectors: [], failures: [] };

export function toJudgements(feedback: readonly Feedback[], signals: readonly Signal[]): Judgements {
  const thumbs = feedback.filter(({ key }) => key === "thumbs");
  const count = (score: number) => thumbs.filter((given) => given.score === score).length;
  return {
    feedback: { up: count(1), down: count(0), total: feedback.length },
    detectors: signals.map(({ detector }) => detector),
    failures: [...new Set(signals.map(({ failure }) => failure ?? ""))],
  };
}

export function toTraceSummary(
  trace: TraceRow,
  { feedback, detectors, failures }: Judgements,
  now: Date,
): TraceSummary {
  return {
    traceId: trace.traceId,
    rootSpanId: trace.spanId,
    ...(!trace.isRoot && { isRootReceived: false }),
    name: trace.name,
    kind: trace.kind,
    status: trace.status,
    startTime: fromMicros(trace.startMicros),
    durationMs: toDurationMs(trace, now),
    spanCount: trace.spanCount,
    errorCount: trace.errorCount,
    inputTokens: trace.inputTokens,
    outputTokens: trace.outputTokens,
    cacheReadTokens: trace.cacheReadTokens,
    cacheWriteTokens: trace.cacheWriteTokens,
    reasoningTokens: trace.reasoningTokens,
    costUsd: trace.costUsd,
    inputPreview: trace.inputPreview,
    outputPreview: trace.outputPreview,
    sessionId: trace.sessionId || null,
    userId: trace.userId || null,
    tags: trace.tags,
    environment: trace.environment || null,
    release: trace.release || null,
    exposure: trace.exposure,
    prompts: trace.prompts,
    feedback,
    signals: [...new Set(detectors)],
    failures: failures.filter((failure) => failure !== ""),
  };
}

/** @param isOrphan Its parent has not arrived: it stands at the top. */
export function toSpanSummary(row: SpanRow, isOrphan: boolean, now: Date): SpanSummary {
  return {
    spanId: row.spanId,
    parentSpanId: isOrphan ? null : row.parentSpanId,
    name: row.name,
    kind: row.kind,
    status: row.status,
    statusMessage: row.statusMessage,
    startTime: fromMicros(row.startMicros),
    durationMs: toDurationMs(row, now),
    model: row.model || null,
    provider: row.provider || null,
    inputTokens: row.inputTokens,
    outputTokens: row.outputTokens,
    cacheReadTokens: row.cacheReadTokens,
    cacheWriteTokens: row.cacheWriteTokens,
    reasoningTokens: row.reasoningTokens,
    costUsd: row.costUsd,
    costSource: row.costSource || null,
    timeToFirstTokenMs: row.timeToFirstTokenMs,
    duplicateOf: row.duplicateOf,
    prompt: row.promptName === "" ? null : { name: row.promptName, version: row.promptVersion },
    inputBytes: row.inputBytes,
    outputBytes: row.outputBytes,
  };
}

/** Of what still runs: until now. */
export function toDurationMs(
  { startMicros, endMicros }: { startMicros: number; endMicros: number },
  now: Date,
): number {
  const until = endMicros === 0 ? now.getTime() * 1000 : endMicros;
  return Math.max(0, until - startMicros) / 1000;
}

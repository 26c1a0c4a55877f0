/** Rows of the engine → traces and spans of the API. */
import type { SpanSummary, TraceSummary, TreeRow } from "@ratchet/protocol";
import { fromMicros } from "../micros.ts";
import type { RollupRow, RootRow, SpanRow } from "./store.ts";
import type { Extent } from "./tree-overview.ts";

/** What other features know of a trace. */
export interface Judgements {
  feedback: TraceSummary["feedback"];
  detectors: string[];
  failures: string[];
}

export const noJudgements: Judgements = { feedback: { up: 0, down: 0, total: 0 }, detectors: [], failures: [] };

export function toTraceSummary(
  root: RootRow,
  rollup: RollupRow,
  { feedback, detectors, failures }: Judgements,
  now: Date,
): TraceSummary {
  return {
    traceId: root.traceId,
    rootSpanId: root.spanId,
    name: root.name,
    kind: root.kind,
    status: root.status,
    startTime: fromMicros(root.startMicros),
    durationMs: toDurationMs(root, now),
    spanCount: rollup.spanCount,
    errorCount: rollup.errorCount,
    inputTokens: rollup.inputTokens,
    outputTokens: rollup.outputTokens,
    cacheReadTokens: rollup.cacheReadTokens,
    cacheWriteTokens: rollup.cacheWriteTokens,
    reasoningTokens: rollup.reasoningTokens,
    costUsd: rollup.costUsd,
    inputPreview: root.inputPreview,
    outputPreview: root.outputPreview,
    sessionId: root.sessionId || null,
    userId: root.userId || null,
    tags: root.tags,
    environment: root.environment || null,
    release: root.release || null,
    exposure: root.exposure,
    prompts: rollup.prompts,
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

/** A trace whose root has not arrived is shown from its earliest span to the end of its last. */
export function standInForRoot(traceId: string, first: TreeRow | undefined, extent: Extent): RootRow | null {
  if (!first) return null;
  return {
    traceId,
    spanId: first.spanId,
    name: first.name,
    kind: first.kind,
    status: extent.runningCount > 0 ? "running" : extent.failingRow >= 0 ? "error" : "ok",
    startMicros: extent.startMicros,
    endMicros: extent.endMicros,
    receivedMicros: 0,
    version: "0",
    environment: "",
    release: "",
    userId: "",
    sessionId: "",
    tags: [],
    exposure: null,
    inputPreview: "",
    outputPreview: "",
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

/** SQL of what arrives: payloads and spans, as rows. */
import type { ClickHouse } from "../engines/clickhouse.ts";
import { toEngineFault } from "../engines/engine-fault.ts";
import { toUuid } from "../engines/trace-ids.ts";
import { toEngineTime } from "../micros.ts";
import type { NewAttachment } from "./attachments.ts";
import type { NewPayload, References } from "./payloads.ts";
import { previewPayload } from "./preview-payload.ts";
import type { Span } from "./span.ts";

/** What the column holds. */
const maxUInt32 = 2 ** 32 - 1;
/** Any ended copy of a span wins over any running one; of two alike, the later. Exact in doubles until 2128. */
const endedVersion = 4e15;

export function createTelemetryStore(clickhouse: ClickHouse) {
  return {
    /** Resolves when they are durable. */
    insertPayloads: (payloads: readonly NewPayload[]) =>
      clickhouse.insert(
        "payload",
        payloads.map(({ span, hash, role, content }) => ({
          project_id: span.project.id,
          ts: toEngineTime(span.startMicros),
          trace_id: toUuid(span.traceId),
          hash,
          span_id: toUuid(span.spanId),
          role,
          content,
        })),
      ),

    /** Resolves when they are durable. */
    insertAttachments: (attachments: readonly NewAttachment[]) =>
      clickhouse.insert(
        "attachment",
        attachments.map(({ span, sha256, mimeType, content }) => ({
          project_id: span.project.id,
          ts: toEngineTime(span.startMicros),
          trace_id: toUuid(span.traceId),
          sha256,
          mime_type: mimeType,
          base64: content.toString("base64"),
        })),
      ),

    /**
     * Resolves when they are durable. The payloads they refer to must be so before, as a visible span has its text.
     *
     * @param receivedMicros Of the first; the others follow, one microsecond each.
     */
    insertSpans: (spans: readonly Span[], references: readonly References[], receivedMicros: number) =>
      clickhouse.insert(
        "spans",
        spans.map((span, index) => toRow(span, references[index], receivedMicros + index)),
      ),

    /** Of what an insert threw. */
    toFault: toEngineFault,

    /** That is left for the engine's data. */
    findFreeBytes: async (): Promise<number> => {
      const [disk] = await clickhouse.query<{ freeBytes: number }>(
        "SELECT toFloat64(min(unreserved_space)) AS freeBytes FROM system.disks",
      );
      return disk?.freeBytes ?? Number.POSITIVE_INFINITY;
    },
  };
}

export type TelemetryStore = ReturnType<typeof createTelemetryStore>;

function toRow(span: Span, references: References | undefined, receivedMicros: number) {
  const isRoot = span.parentSpanId === null;
  return {
    project_id: span.project.id,
    trace_id: toUuid(span.traceId),
    span_id: toUuid(span.spanId),
    parent_span_id: toUuid(span.parentSpanId),
    name: span.name,
    kind: span.kind,
    status: span.status,
    status_message: span.statusMessage,
    environment: span.environment,
    release: span.release ?? "",
    start_time: toEngineTime(span.startMicros),
    end_time: toEngineTime(span.endMicros),
    received_at: toEngineTime(receivedMicros),
    version: receivedMicros + (span.status === "running" ? 0 : endedVersion),
    model: span.model ?? "",
    provider: span.provider ?? "",
    input_tokens: span.usage?.inputTokens ?? null,
    output_tokens: span.usage?.outputTokens ?? null,
    cache_read_tokens: span.usage?.cacheReadTokens ?? 0,
    cache_write_tokens: span.usage?.cacheWriteTokens ?? 0,
    reasoning_tokens: span.usage?.reasoningTokens ?? 0,
    cost_usd: span.costUsd,
    cost_source: span.costSource ?? "",
    ttft_ms: span.timeToFirstTokenMs,
    response_id: span.responseId ?? "",
    duplicate_of: toUuid(span.duplicateOf),
    scope: span.scope,
    conventions: span.conventions,
    user_id: span.userId ?? "",
    session_id: span.sessionId ?? "",
    tags: span.tags,
    prompt_name: span.prompt?.name ?? "",
    prompt_version: span.prompt?.version ?? "",
    rollout: span.exposure?.rollout ?? "",
    arm: span.exposure?.arm ?? "",
    unit: span.exposure?.unit ?? "",
    planned_share: span.exposure?.plannedShare ?? null,
    attributes: span.attributes,
    events: span.events.length === 0 ? "" : JSON.stringify(span.events),
    input_preview: isRoot ? previewPayload(span.input.at(-1)?.content ?? "") : "",
    output_preview: isRoot ? previewPayload(span.output.at(-1)?.content ?? "") : "",
    input_refs: references?.input ?? [],
    output_refs: references?.output ?? [],
    input_bytes: Math.min(span.inputBytes, maxUInt32),
    output_bytes: Math.min(span.outputBytes, maxUInt32),
  };
}

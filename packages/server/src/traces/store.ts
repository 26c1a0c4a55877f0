/** SQL of the spans of traces that are known. Everything but the payload queries leaves the texts alone. */
import type { CostSource, SpanKind, SpanSummary } from "@ratchet/protocol";
import type { ClickHouse } from "../engines/clickhouse.ts";
import { fromSpanUuid, fromTraceUuid, toUuid } from "../engines/trace-ids.ts";
import { createHeadStore, headOrder } from "./head-store.ts";
import { createRollupStore } from "./rollup-store.ts";
import { createTrafficStore } from "./traffic-store.ts";

export interface SpanRow {
  spanId: string;
  parentSpanId: string | null;
  name: string;
  kind: SpanKind;
  status: SpanSummary["status"];
  statusMessage: string;
  startMicros: number;
  endMicros: number;
  model: string;
  provider: string;
  inputTokens: number | null;
  outputTokens: number | null;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  reasoningTokens: number;
  costUsd: number | null;
  costSource: CostSource | "";
  timeToFirstTokenMs: number | null;
  duplicateOf: string | null;
  promptName: string;
  promptVersion: string;
  inputBytes: number;
  outputBytes: number;
  /** Hashes of the payloads, in order. */
  inputRefs: string[];
  outputRefs: string[];
}

export interface SpanContentRow extends SpanRow {
  scope: string;
  conventions: string[];
  attributes: Record<string, string>;
  /** JSON text of `{ name, timeMicros, attributes }[]`, or empty. */
  events: string;
}

export type HeadContentRow = Pick<SpanContentRow, "attributes" | "inputRefs" | "outputRefs">;

export interface PayloadRow {
  hash: string;
  role: string;
  /** The first bytes. */
  content: string;
  /** Of the whole. */
  sizeBytes: number;
}

/** Microseconds since 1970. */
export interface TimeRange {
  fromMicros: number;
  toMicros: number;
}

const inRange =
  "start_time BETWEEN fromUnixTimestamp64Micro({fromMicros:Int64}) AND fromUnixTimestamp64Micro({toMicros:Int64})";
const inTraces = `project_id = {project:UInt32} AND trace_id IN {traces:Array(UUID)} AND ${inRange}`;
const ofTrace = `project_id = {project:UInt32} AND trace_id = {trace:UUID} AND ${inRange}`;

/** Of a {@link SelectedSpan}. */
export const spanColumns = `span_id AS span, parent_span_id AS parent, name, kind, status, status_message AS statusMessage,
  toUnixTimestamp64Micro(start_time) AS start, toUnixTimestamp64Micro(end_time) AS end, model, provider,
  input_tokens AS inputTokens, output_tokens AS outputTokens, cache_read_tokens AS cacheReadTokens, cache_write_tokens AS cacheWriteTokens, reasoning_tokens AS reasoningTokens,
  cost_usd AS costUsd, cost_source AS costSource, ttft_ms AS timeToFirstTokenMs, duplicate_of AS duplicate,
  prompt_name AS promptName,
  prompt_version AS promptVersion, input_bytes AS inputBytes, output_bytes AS outputBytes,
  input_refs AS inputRefs, output_refs AS outputRefs`;

export function createTraceStore(clickhouse: ClickHouse) {
  /** When each trace's spans start, from its first to its last; in no order, and none for a trace that there is not. */
  async function locateEach(
    projectId: number,
    traceIds: readonly string[],
  ): Promise<(TimeRange & { traceId: string })[]> {
    if (traceIds.length === 0) return [];
    const rows = await clickhouse.query<{ trace: string; fromMicros: string; toMicros: string }>(
      `SELECT trace_id AS trace, toUnixTimestamp64Micro(min(t_min)) AS fromMicros,
        toUnixTimestamp64Micro(max(t_max)) AS toMicros
      FROM trace_loc WHERE project_id = {project:UInt32} AND trace_id IN {traces:Array(UUID)} GROUP BY trace_id`,
      { project: projectId, traces: traceIds.map(toUuid) },
    );
    return rows.map((row) => ({
      traceId: fromTraceUuid(row.trace),
      fromMicros: Number(row.fromMicros),
      toMicros: Number(row.toMicros),
    }));
  }

  return {
    ...createHeadStore(clickhouse),
    ...createRollupStore(clickhouse),
    ...createTrafficStore(clickhouse),

    /** When the traces' spans start, from the first to the last of all; `null` when there are no such traces. */
    locate: async (projectId: number, traceIds: readonly string[]): Promise<TimeRange | null> => {
      const ranges = await locateEach(projectId, traceIds);
      if (ranges.length === 0) return null;
      return {
        fromMicros: Math.min(...ranges.map(({ fromMicros }) => fromMicros)),
        toMicros: Math.max(...ranges.map(({ toMicros }) => toMicros)),
      };
    },

    locateEach,

    /** Trace by trace, in order of their start, up to `limitEach` of each trace. */
    listSpans: async (
      projectId: number,
      traceIds: readonly string[],
      range: TimeRange,
      limitEach: number,
    ): Promise<(SpanRow & { traceId: string })[]> => {
      const rows = await clickhouse.query<SelectedSpan & { trace: string }>(
        `SELECT * FROM (
          SELECT trace_id AS trace, ${spanColumns} FROM spans WHERE ${inTraces}
          ORDER BY version DESC LIMIT 1 BY trace_id, span_id)
        ORDER BY trace, start, span LIMIT {limitEach:UInt32} BY trace`,
        { project: projectId, traces: traceIds.map(toUuid), ...range, limitEach },
      );
      return rows.map(({ trace, ...row }) => ({ ...toSpanRow(row), traceId: fromTraceUuid(trace) }));
    },

    findOptionalSpan: async (
      projectId: number,
      traceId: string,
      spanId: string,
      range: TimeRange,
    ): Promise<SpanContentRow | null> => {
      const rows = await clickhouse.query<
        SelectedSpan & Pick<SpanContentRow, "attributes" | "events" | "scope" | "conventions">
      >(
        `SELECT ${spanColumns}, attributes, events, scope, conventions FROM spans WHERE ${ofTrace} AND span_id = {span:UUID}
        ORDER BY version DESC LIMIT 1`,
        { project: projectId, trace: toUuid(traceId), span: toUuid(spanId), ...range },
      );
      const [row] = rows;
      if (!row) return null;
      const { attributes, events, scope, conventions } = row;
      return { ...toSpanRow(row), attributes, events, scope, conventions };
    },

    /** The span that stands for the trace: its root or, until one arrives, the span that starts first. */
    findOptionalHead: async (projectId: number, traceId: string, range: TimeRange): Promise<HeadContentRow | null> => {
      const rows = await clickhouse.query<HeadContentRow>(
        `SELECT attributes, input_refs AS inputRefs, output_refs AS outputRefs FROM spans WHERE ${ofTrace}
        ORDER BY ${headOrder} LIMIT 1`,
        { project: projectId, trace: toUuid(traceId), ...range },
      );
      return rows[0] ?? null;
    },

    /** @param maxBytes Of each content. */
    listPayloads: (
      projectId: number,
      traceIds: readonly string[],
      range: TimeRange,
      hashes: readonly string[],
      maxBytes: number,
    ): Promise<PayloadRow[]> => {
      if (hashes.length === 0) return Promise.resolve([]);
      return clickhouse.query<PayloadRow>(
        `SELECT hash, role, substring(content, 1, {maxBytes:UInt32}) AS content,
          -- Qualified: alone, it would be the alias before it.
          toUInt32(length(payload.content)) AS sizeBytes
        FROM payload WHERE project_id = {project:UInt32} AND trace_id IN {traces:Array(UUID)}
          AND ts BETWEEN fromUnixTimestamp64Micro({fromMicros:Int64}) AND fromUnixTimestamp64Micro({toMicros:Int64})
          AND hash IN {hashes:Array(UInt64)}
        LIMIT 1 BY hash`,
        // As text, because a list of strings is quoted, which the engine takes for no number.
        { project: projectId, traces: traceIds.map(toUuid), ...range, hashes: `[${hashes.join()}]`, maxBytes },
      );
    },
  };
}

export type TraceStore = ReturnType<typeof createTraceStore>;

export type SelectedSpan = Omit<SpanRow, "spanId" | "parentSpanId" | "startMicros" | "endMicros" | "duplicateOf"> & {
  span: string;
  parent: string;
  duplicate: string;
  start: string;
  end: string;
};

export function toSpanRow({ span, parent, duplicate, start, end, ...rest }: SelectedSpan): SpanRow {
  return {
    ...rest,
    spanId: fromSpanUuid(span) ?? "",
    parentSpanId: fromSpanUuid(parent),
    duplicateOf: fromSpanUuid(duplicate),
    startMicros: Number(start),
    endMicros: Number(end),
  };
}

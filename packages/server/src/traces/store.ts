/** SQL of the read side. Everything but the payload queries leaves the texts alone. */
import type { CostSource, Exposure, SpanKind, SpanSummary, TraceQuery } from "@ratchet/protocol";
import type { ClickHouse } from "../engines/clickhouse.ts";
import { fromSpanUuid, fromTraceUuid, toUuid } from "../engines/trace-ids.ts";
import { type Cursor, toCondition } from "./trace-filter.ts";

/** A root span, as lists and detectors need it. */
export interface RootRow {
  traceId: string;
  spanId: string;
  name: string;
  kind: SpanKind;
  status: SpanSummary["status"];
  startMicros: number;
  /** 0 while it runs. */
  endMicros: number;
  receivedMicros: number;
  version: string;
  environment: string;
  release: string;
  userId: string;
  sessionId: string;
  tags: string[];
  exposure: Exposure | null;
  inputPreview: string;
  outputPreview: string;
}

/** Sums over the newest copy of each of a trace's spans. */
export interface RollupRow {
  traceId: string;
  spanCount: number;
  errorCount: number;
  inputTokens: number | null;
  outputTokens: number | null;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  reasoningTokens: number;
  costUsd: number | null;
  prompts: { name: string; version: string }[];
  /** Of the newest copy of each of its roots. */
  rootVersions: string[];
}

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

/** Only these carry tokens of their own; an agent's repeat those of the calls below it. */
const isCall =
  "(kind IN ('llm', 'embedding', 'reranker') AND duplicate_of = toUUID('00000000-0000-0000-0000-000000000000'))";
/** Of a root: it has ended, and is no run of an eval. */
const isOfProduction = "status != 'running' AND kind != 'evaluator'";
const inRange =
  "start_time BETWEEN fromUnixTimestamp64Micro({fromMicros:Int64}) AND fromUnixTimestamp64Micro({toMicros:Int64})";
const inTraces = `project_id = {project:UInt32} AND trace_id IN {traces:Array(UUID)} AND ${inRange}`;
const ofTrace = `project_id = {project:UInt32} AND trace_id = {trace:UUID} AND ${inRange}`;

const rootColumns = `trace_id AS trace, span_id AS span, name, kind, status,
  toUnixTimestamp64Micro(start_time) AS start, toUnixTimestamp64Micro(end_time) AS end,
  toUnixTimestamp64Micro(received_at) AS received, version, environment, release, user_id AS userId,
  session_id AS sessionId, tags, rollout, arm, unit, planned_share AS plannedShare,
  input_preview AS inputPreview, output_preview AS outputPreview`;
/** Of a {@link SelectedSpan}. */
export const spanColumns = `span_id AS span, parent_span_id AS parent, name, kind, status, status_message AS statusMessage,
  toUnixTimestamp64Micro(start_time) AS start, toUnixTimestamp64Micro(end_time) AS end, model, provider,
  input_tokens AS inputTokens, output_tokens AS outputTokens, cache_read_tokens AS cacheReadTokens, cache_write_tokens AS cacheWriteTokens, reasoning_tokens AS reasoningTokens,
  cost_usd AS costUsd, cost_source AS costSource, ttft_ms AS timeToFirstTokenMs, duplicate_of AS duplicate,
  prompt_name AS promptName,
  prompt_version AS promptVersion, input_bytes AS inputBytes, output_bytes AS outputBytes,
  input_refs AS inputRefs, output_refs AS outputRefs`;

export function createTraceStore(clickhouse: ClickHouse) {
  return {
    /** Newest first; copies of one span each count towards the limit, and all but the newest of them may be stale. */
    listRootCopies: async (
      projectId: number,
      query: Omit<TraceQuery, "limit" | "cursor">,
      after: Cursor | null,
      limit: number,
    ): Promise<RootRow[]> => {
      const { sql, parameters } = toCondition(query);
      const isAfter = `start_time <= fromUnixTimestamp64Micro({start:Int64})
        AND (start_time, trace_id) < (fromUnixTimestamp64Micro({start:Int64}), {trace:UUID})`;
      const rows = await clickhouse.query<SelectedRoot>(
        `SELECT ${rootColumns} FROM spans WHERE ${sql} ${after ? `AND ${isAfter}` : ""}
        ORDER BY start_time DESC, trace_id DESC LIMIT {limit:UInt32}`,
        {
          ...parameters,
          project: projectId,
          limit,
          ...(after && { start: after.startMicros, trace: toUuid(after.traceId) }),
        },
      );
      return rows.map(toRootRow);
    },

    /** Traces, not copies of their roots. */
    countRoots: async (projectId: number, query: Omit<TraceQuery, "limit" | "cursor">): Promise<number> => {
      const { sql, parameters } = toCondition(query);
      const rows = await clickhouse.query<{ total: number }>(
        `SELECT toUInt32(uniqExact(trace_id)) AS total FROM spans WHERE ${sql}`,
        { ...parameters, project: projectId },
      );
      return rows[0]?.total ?? 0;
    },

    /** The newest copy of each root of these traces. */
    listRoots: async (projectId: number, traceIds: readonly string[], range: TimeRange): Promise<RootRow[]> => {
      const rows = await clickhouse.query<SelectedRoot>(
        `SELECT ${rootColumns} FROM spans
        WHERE ${inTraces} AND is_root
        ORDER BY version DESC LIMIT 1 BY trace_id, span_id`,
        { project: projectId, traces: traceIds.map(toUuid), ...range },
      );
      return rows.map(toRootRow);
    },

    rollUp: async (projectId: number, traceIds: readonly string[], range: TimeRange): Promise<RollupRow[]> => {
      const rows = await clickhouse.query<Omit<RollupRow, "traceId" | "prompts"> & { trace: string; refs: string[][] }>(
        `SELECT trace_id AS trace, toUInt32(count()) AS spanCount, toUInt32(countIf(status = 'error')) AS errorCount,
          toFloat64(coalesce(sumIf(input_tokens, ${isCall}), max(input_tokens))) AS inputTokens,
          toFloat64(coalesce(sumIf(output_tokens, ${isCall}), max(output_tokens))) AS outputTokens,
          toFloat64(if(countIf(${isCall}) > 0, sumIf(cache_read_tokens, ${isCall}), max(cache_read_tokens))) AS cacheReadTokens,
          toFloat64(if(countIf(${isCall}) > 0, sumIf(cache_write_tokens, ${isCall}), max(cache_write_tokens))) AS cacheWriteTokens,
          toFloat64(if(countIf(${isCall}) > 0, sumIf(reasoning_tokens, ${isCall}), max(reasoning_tokens))) AS reasoningTokens,
          coalesce(sumIf(cost_usd, ${isCall}), max(cost_usd)) AS costUsd,
          arraySort(groupUniqArrayIf(20)([prompt_name, prompt_version], prompt_name != '')) AS refs,
          groupArrayIf(10)(version, is_root) AS rootVersions
        FROM (
          SELECT trace_id, span_id, kind, status, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens,
            reasoning_tokens, duplicate_of, cost_usd, prompt_name, prompt_version,
            version, is_root
          FROM spans WHERE ${inTraces}
          ORDER BY version DESC LIMIT 1 BY trace_id, span_id)
        GROUP BY trace_id`,
        { project: projectId, traces: traceIds.map(toUuid), ...range },
      );
      return rows.map(({ trace, refs, ...row }) => ({
        ...row,
        traceId: fromTraceUuid(trace),
        prompts: refs.map(([name = "", version = ""]) => ({ name, version })),
      }));
    },

    /** When the traces' spans start, from the first to the last of all; `null` when there are no such traces. */
    locate: async (projectId: number, traceIds: readonly string[]): Promise<TimeRange | null> => {
      if (traceIds.length === 0) return null;
      const rows = await clickhouse.query<{ fromMicros: string; toMicros: string; known: number }>(
        `SELECT toUnixTimestamp64Micro(min(t_min)) AS fromMicros, toUnixTimestamp64Micro(max(t_max)) AS toMicros,
          count() > 0 AS known
        FROM trace_loc WHERE project_id = {project:UInt32} AND trace_id IN {traces:Array(UUID)}`,
        { project: projectId, traces: traceIds.map(toUuid) },
      );
      const [row] = rows;
      return row?.known ? { fromMicros: Number(row.fromMicros), toMicros: Number(row.toMicros) } : null;
    },

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

    /** In the order in which they were received. */
    listRootsReceivedAfter: async (projectId: number, receivedMicros: number, limit: number): Promise<RootRow[]> => {
      const rows = await clickhouse.query<SelectedRoot>(
        `SELECT ${rootColumns} FROM spans
        WHERE project_id = {project:UInt32} AND is_root AND ${isOfProduction}
          AND received_at > fromUnixTimestamp64Micro({received:Int64})
        ORDER BY received_at LIMIT {limit:UInt32}`,
        { project: projectId, received: receivedMicros, limit },
      );
      return rows.map(toRootRow);
    },

    countByRelease: (projectId: number, traceName: string): Promise<{ release: string; count: number }[]> =>
      clickhouse.query(
        `SELECT release, toUInt32(uniqExact(trace_id)) AS count FROM spans
        WHERE project_id = {project:UInt32} AND is_root AND name = {name:String} AND ${isOfProduction}
        GROUP BY release ORDER BY release`,
        { project: projectId, name: traceName },
      ),

    /** Of the newest `limit` traces of that name that started before. */
    measureDurations: async (projectId: number, traceName: string, beforeMicros: number, limit: number) => {
      const rows = await clickhouse.query<{ count: number; quantiles: number[] }>(
        `SELECT toUInt32(count()) AS count, quantilesExactInclusive(0.5, 0.95, 0.99)(duration) AS quantiles
        FROM (
          SELECT (toUnixTimestamp64Micro(end_time) - toUnixTimestamp64Micro(start_time)) / 1000 AS duration FROM spans
          WHERE project_id = {project:UInt32} AND is_root AND name = {name:String} AND ${isOfProduction}
            AND start_time < fromUnixTimestamp64Micro({before:Int64})
          ORDER BY start_time DESC LIMIT {limit:UInt32})`,
        { project: projectId, name: traceName, before: beforeMicros, limit },
      );
      return rows[0] ?? { count: 0, quantiles: [] };
    },

    /** Of production: runs of evals are left out. */
    measureHealth: async (projectId: number, sinceMicros: number) => {
      const rows = await clickhouse.query<{
        traces: number;
        ended: number;
        errors: number;
        quantiles: number[];
        costUsd: number;
      }>(
        `SELECT toUInt32(uniqExact(trace_id)) AS traces, toUInt32(uniqExactIf(trace_id, is_root AND status != 'running')) AS ended,
          toUInt32(uniqExactIf(trace_id, is_root AND status = 'error')) AS errors,
          quantilesExactInclusiveIf(0.5, 0.95)(
            (toUnixTimestamp64Micro(end_time) - toUnixTimestamp64Micro(start_time)) / 1000,
            is_root AND status != 'running') AS quantiles,
          coalesce(sumIf(cost_usd, ${isCall}), 0) AS costUsd
        FROM spans FINAL
        WHERE project_id = {project:UInt32} AND start_time >= fromUnixTimestamp64Micro({since:Int64})
          AND trace_id NOT IN (
            SELECT trace_id FROM spans WHERE project_id = {project:UInt32} AND is_root AND kind = 'evaluator'
              AND start_time >= fromUnixTimestamp64Micro({since:Int64}))`,
        { project: projectId, since: sinceMicros },
      );
      return rows[0] ?? { traces: 0, ended: 0, errors: 0, quantiles: [], costUsd: 0 };
    },

    deleteProject: async (projectId: number): Promise<void> => {
      for (const table of ["spans", "payload", "trace_loc"]) {
        await clickhouse.command(`DELETE FROM ${table} WHERE project_id = {project:UInt32}`, { project: projectId });
      }
    },
  };
}

export type TraceStore = ReturnType<typeof createTraceStore>;

type SelectedRoot = Omit<
  RootRow,
  "traceId" | "spanId" | "startMicros" | "endMicros" | "receivedMicros" | "exposure"
> & {
  trace: string;
  span: string;
  start: string;
  end: string;
  received: string;
  rollout: string;
  arm: "control" | "candidate" | "";
  unit: string;
  plannedShare: number | null;
};

function toRootRow(row: SelectedRoot): RootRow {
  const { trace, span, start, end, received, rollout, arm, unit, plannedShare, ...rest } = row;
  return {
    ...rest,
    traceId: fromTraceUuid(trace),
    spanId: fromSpanUuid(span) ?? "",
    startMicros: Number(start),
    endMicros: Number(end),
    receivedMicros: Number(received),
    exposure: arm === "" || plannedShare === null ? null : { rollout, arm, unit, plannedShare },
  };
}

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

/** SQL of log records; their texts are payloads like those of spans. */
import type { ClickHouse } from "../engines/clickhouse.ts";
import { fromSpanUuid, fromTraceUuid, toUuid } from "../engines/trace-ids.ts";
import { toEngineTime } from "../micros.ts";
import type { References } from "../telemetry/payloads.ts";
import type { LogRecord } from "./to-log-record.ts";

/** What the column holds. */
const maxUInt32 = 2 ** 32 - 1;

/** Messages that a record tells, as references to payloads. */
export interface ContentRow {
  traceId: string;
  spanId: string;
  name: string;
  inputRefs: string[];
  outputRefs: string[];
  inputBytes: number;
  outputBytes: number;
}
export interface EventRow {
  name: string;
  timeMicros: number;
  /** JSON text of an object of texts. */
  attributes: string;
}

const ofTraces = "project_id = {project:UInt32} AND trace_id IN {traces:Array(UUID)}";
const isContent = "(notEmpty(input_refs) OR notEmpty(output_refs))";

export function createLogRecordStore(clickhouse: ClickHouse) {
  return {
    /** Resolves when they are durable; their payloads must be so before. @param receivedMicros Of the first. */
    insert: (records: readonly LogRecord[], references: readonly References[], receivedMicros: number) =>
      clickhouse.insert(
        "log_records",
        records.map((record, index) => ({
          project_id: record.project.id,
          trace_id: toUuid(record.traceId),
          span_id: toUuid(record.spanId),
          id: record.id,
          name: record.name,
          time: toEngineTime(record.startMicros),
          received_at: toEngineTime(receivedMicros + index),
          scope: record.scope,
          attributes: JSON.stringify(record.attributes),
          input_refs: references[index]?.input ?? [],
          output_refs: references[index]?.output ?? [],
          input_bytes: countBytes(record.input),
          output_bytes: countBytes(record.output),
        })),
      ),

    /** Those that have any. */
    listProjects: async (): Promise<number[]> => {
      const rows = await clickhouse.query<{ id: number }>("SELECT DISTINCT project_id AS id FROM log_records");
      return rows.map((row) => row.id);
    },

    /** In the order in which they happened, and of the same moment in the order in which they came. */
    listContents: async (
      projectId: number,
      traceIds: readonly string[],
      spanIds: readonly string[] | null,
      limit: number,
    ): Promise<ContentRow[]> => {
      const rows = await clickhouse.query<Omit<ContentRow, "traceId" | "spanId"> & { trace: string; span: string }>(
        `SELECT trace_id AS trace, span_id AS span, name, input_refs AS inputRefs, output_refs AS outputRefs,
          input_bytes AS inputBytes, output_bytes AS outputBytes
        FROM log_records
        WHERE ${ofTraces} ${spanIds ? "AND span_id IN {spans:Array(UUID)}" : ""} AND ${isContent}
        ORDER BY time, received_at LIMIT 1 BY trace_id, span_id, id LIMIT {limit:UInt32}`,
        { project: projectId, traces: traceIds.map(toUuid), ...(spanIds && { spans: spanIds.map(toUuid) }), limit },
      );
      return rows.map(({ trace, span, ...row }) => ({
        ...row,
        traceId: fromTraceUuid(trace),
        spanId: fromSpanUuid(span) ?? "",
      }));
    },

    /** From the first to the last record of these traces: where their payloads are. `null` without any. */
    findRange: async (projectId: number, traceIds: readonly string[]) => {
      const [row] = await clickhouse.query<{ fromMicros: string; toMicros: string; count: number }>(
        `SELECT toUnixTimestamp64Micro(min(time)) AS fromMicros, toUnixTimestamp64Micro(max(time)) AS toMicros,
          toUInt32(count()) AS count
        FROM log_records WHERE ${ofTraces}`,
        { project: projectId, traces: traceIds.map(toUuid) },
      );
      if (!row || row.count === 0) return null;
      return { fromMicros: Number(row.fromMicros), toMicros: Number(row.toMicros) };
    },

    /** Records that are no messages. */
    listEvents: async (projectId: number, traceId: string, spanId: string, limit: number): Promise<EventRow[]> => {
      const rows = await clickhouse.query<Omit<EventRow, "timeMicros"> & { micros: string }>(
        `SELECT name, toUnixTimestamp64Micro(time) AS micros, attributes FROM log_records
        WHERE ${ofTraces} AND span_id = {span:UUID} AND NOT ${isContent}
        ORDER BY time, received_at LIMIT 1 BY id LIMIT {limit:UInt32}`,
        { project: projectId, traces: [toUuid(traceId)], span: toUuid(spanId), limit },
      );
      return rows.map(({ micros, ...row }) => ({ ...row, timeMicros: Number(micros) }));
    },

    /** The newest span of each of these answers, by the provider's id of the answer. */
    findResponses: async (projectId: number, responseIds: readonly string[], sinceMicros: number) => {
      const rows = await clickhouse.query<{ responseId: string; trace: string; span: string }>(
        `SELECT response_id AS responseId, trace_id AS trace, span_id AS span FROM spans
        WHERE project_id = {project:UInt32} AND start_time >= fromUnixTimestamp64Micro({since:Int64})
          AND response_id IN {responses:Array(String)}
        ORDER BY start_time DESC LIMIT 1 BY response_id`,
        { project: projectId, responses: responseIds, since: sinceMicros },
      );
      return new Map(
        rows.map(({ responseId, trace, span }) => [
          responseId,
          { traceId: fromTraceUuid(trace), spanId: fromSpanUuid(span) },
        ]),
      );
    },
  };
}

export type LogRecordStore = ReturnType<typeof createLogRecordStore>;

function countBytes(payloads: LogRecord["input"]): number {
  const sizeBytes = payloads.reduce((sum, payload) => sum + Buffer.byteLength(payload.content), 0);
  return Math.min(sizeBytes, maxUInt32);
}

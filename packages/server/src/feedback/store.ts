/** SQL of feedback. */
import type { Feedback } from "@ratchet/protocol";
import type { ClickHouse } from "../engines/clickhouse.ts";
import { fromSpanUuid, fromTraceUuid, toUuid } from "../engines/trace-ids.ts";

interface FeedbackRow {
  id: string;
  trace: string;
  span: string;
  key: string;
  score: number | null;
  value: string;
  comment: string;
  source: string;
  userId: string;
  createdAt: string;
}
export interface ThumbsRow {
  traceId: string;
  up: number;
  down: number;
  total: number;
}

const columns = `toString(id) AS id, trace_id AS trace, span_id AS span, key, score, value, comment,
  source, user_id AS userId, formatDateTime(ts, '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC') AS createdAt`;

export function createFeedbackStore(clickhouse: ClickHouse) {
  return {
    /** The newest `receivedAt` of an id and trace wins. @param withdrawn Traces that the id judges no more. */
    insert: (projectId: number, feedback: Feedback, withdrawn: readonly string[], receivedAtMs: number) => {
      const row = toRow(projectId, feedback, receivedAtMs);
      const gone = withdrawn.map((traceId) => ({ ...row, trace_id: toUuid(traceId), is_deleted: 1 }));
      return clickhouse.insert("feedback", [row, ...gone]);
    },

    /** As {@link insert}, of feedback whose ids are made of their traces: none is withdrawn. */
    insertAll: (projectId: number, feedback: readonly Feedback[], receivedAtMs: number) =>
      clickhouse.insert(
        "feedback",
        feedback.map((each) => toRow(projectId, each, receivedAtMs)),
      ),

    /** Traces that this feedback judges: one, unless it is sent for two at once. */
    listTracesOf: async (projectId: number, id: string): Promise<string[]> => {
      const rows = await clickhouse.query<{ trace: string }>(
        `SELECT trace_id AS trace FROM feedback FINAL
        WHERE project_id = {project:UInt32} AND id = {id:UUID} AND is_deleted = 0`,
        { project: projectId, id },
      );
      return rows.map((row) => fromTraceUuid(row.trace));
    },

    /** Of these traces, oldest first. */
    list: async (projectId: number, traceIds: readonly string[]): Promise<Feedback[]> => {
      if (traceIds.length === 0) return [];
      const rows = await clickhouse.query<FeedbackRow>(
        `SELECT ${columns} FROM feedback FINAL
        WHERE project_id = {project:UInt32} AND trace_id IN {traces:Array(UUID)} AND is_deleted = 0
        ORDER BY ts, id`,
        { project: projectId, traces: traceIds.map(toUuid) },
      );
      return rows.map(toFeedback);
    },

    countByTrace: async (projectId: number, traceIds: readonly string[]): Promise<ThumbsRow[]> => {
      if (traceIds.length === 0) return [];
      const rows = await clickhouse.query<Omit<ThumbsRow, "traceId"> & { trace: string }>(
        `SELECT trace_id AS trace, toUInt32(countIf(key = 'thumbs' AND score = 1)) AS up,
          toUInt32(countIf(key = 'thumbs' AND score = 0)) AS down, toUInt32(count()) AS total
        FROM feedback FINAL
        WHERE project_id = {project:UInt32} AND trace_id IN {traces:Array(UUID)} AND is_deleted = 0
        GROUP BY trace_id`,
        { project: projectId, traces: traceIds.map(toUuid) },
      );
      return rows.map(({ trace, ...counts }) => ({ ...counts, traceId: fromTraceUuid(trace) }));
    },

    /** Thumbs given at or after a moment. */
    countThumbs: async (projectId: number, since: string): Promise<{ up: number; down: number }> => {
      const [row] = await clickhouse.query<{ up: number; down: number }>(
        `SELECT toUInt32(countIf(score = 1)) AS up, toUInt32(countIf(score = 0)) AS down FROM feedback FINAL
        WHERE project_id = {project:UInt32} AND key = 'thumbs' AND ts >= parseDateTime64BestEffort({since:String}, 6, 'UTC')
          AND is_deleted = 0`,
        { project: projectId, since },
      );
      return row ?? { up: 0, down: 0 };
    },

    /** Traces that got feedback at or after a moment. */
    listTraces: async (projectId: number, receivedFromMs: number): Promise<string[]> => {
      const rows = await clickhouse.query<{ trace: string }>(
        `SELECT DISTINCT trace_id AS trace FROM feedback
        WHERE project_id = {project:UInt32} AND version >= {from:UInt64}`,
        { project: projectId, from: receivedFromMs },
      );
      return rows.map((row) => fromTraceUuid(row.trace));
    },

    /** Of a user, in no order, with copies that were replaced or withdrawn. */
    listOfUser: async (
      projectId: number,
      userId: string,
      limit: number,
    ): Promise<{ id: string; traceId: string }[]> => {
      const rows = await clickhouse.query<{ id: string; trace: string }>(
        `SELECT DISTINCT id, trace_id AS trace FROM feedback
        WHERE project_id = {project:UInt32} AND user_id = {user:String} LIMIT {limit:UInt32}`,
        { project: projectId, user: userId, limit },
      );
      return rows.map(({ id, trace }) => ({ id, traceId: fromTraceUuid(trace) }));
    },

    delete: (projectId: number, given: readonly { id: string; traceId: string }[]) =>
      clickhouse.command(
        `DELETE FROM feedback WHERE project_id = {project:UInt32} AND trace_id IN {traces:Array(UUID)}
          AND id IN {ids:Array(UUID)}`,
        { project: projectId, traces: given.map(({ traceId }) => toUuid(traceId)), ids: given.map(({ id }) => id) },
      ),
  };
}

export type FeedbackStore = ReturnType<typeof createFeedbackStore>;

function toRow(projectId: number, feedback: Feedback, receivedAtMs: number) {
  return {
    project_id: projectId,
    trace_id: toUuid(feedback.traceId),
    span_id: toUuid(feedback.spanId),
    key: feedback.key,
    id: feedback.id,
    ts: feedback.createdAt,
    score: feedback.score,
    value: feedback.value ?? "",
    comment: feedback.comment ?? "",
    source: feedback.source,
    user_id: feedback.userId ?? "",
    is_deleted: 0,
    version: receivedAtMs,
  };
}

function toFeedback(row: FeedbackRow): Feedback {
  const { trace, span, id, key, score, source, createdAt } = row;
  return {
    id,
    traceId: fromTraceUuid(trace),
    spanId: fromSpanUuid(span),
    key,
    score,
    value: row.value === "" ? null : row.value,
    comment: row.comment === "" ? null : row.comment,
    source,
    userId: row.userId === "" ? null : row.userId,
    createdAt,
  };
}

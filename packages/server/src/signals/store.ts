/** SQL of signals, and of how far the examination has come. */
import type { Signal } from "@ratchet/protocol";
import type { ClickHouse } from "../engines/clickhouse.ts";
import { type Postgres, sql } from "../engines/postgres.ts";
import { fromSpanUuid, fromTraceUuid, toUuid } from "../engines/trace-ids.ts";

export interface SignalRow extends Omit<Signal, "failure"> {
  failure: string;
  traceName: string;
  userId: string;
  release: string;
}

/** Counts of one failure's signals, over all time and in two windows. */
export interface Tally {
  failure: string;
  signals: number;
  traces: number;
  users: number;
  /** Of all its signals, those that come from simulated people. */
  simulated: number;
  maxSeverity: number;
  firstSeen: string;
  lastSeen: string;
  recent: number;
  earlier: number;
  /** Signals by the trace's release; `""` for traces that name none. */
  byRelease: Record<string, number>;
}

const iso = (expression: string) => `formatDateTime(${expression}, '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC')`;
const columns = `trace_id AS trace, span_id AS span, detector, ${iso("ts")} AS createdAt,
  trace_name AS traceName, user_id AS userId, release, severity, reason, failure, simulated`;
type SelectedRow = Omit<SignalRow, "traceId" | "spanId" | "simulated"> & {
  trace: string;
  span: string;
  simulated: number;
};

export function createSignalStore(clickhouse: ClickHouse, postgres: Postgres) {
  const insert = (projectId: number, rows: readonly SignalRow[], foundAtMs: number, isDeleted: 0 | 1) =>
    clickhouse.insert(
      "signals",
      rows.map((row) => ({
        project_id: projectId,
        trace_id: toUuid(row.traceId),
        detector: row.detector,
        span_id: toUuid(row.spanId),
        ts: row.createdAt,
        trace_name: row.traceName,
        user_id: row.userId,
        release: row.release,
        severity: row.severity,
        // Reasons quote and cut texts, maybe within a surrogate pair, at which the engine would refuse the batch.
        reason: row.reason.toWellFormed(),
        failure: row.failure,
        simulated: row.simulated ? 1 : 0,
        is_deleted: isDeleted,
        version: foundAtMs,
      })),
    );
  return {
    /** One a trace and detector: a later insert replaces. */
    insert: (projectId: number, rows: readonly SignalRow[], foundAtMs: number) => insert(projectId, rows, foundAtMs, 0),

    withdraw: (projectId: number, rows: readonly SignalRow[], foundAtMs: number) =>
      insert(projectId, rows, foundAtMs, 1),

    /** Of these traces, the worst first. */
    list: async (projectId: number, traceIds: readonly string[]): Promise<SignalRow[]> => {
      if (traceIds.length === 0) return [];
      const rows = await clickhouse.query<SelectedRow>(
        `SELECT ${columns} FROM signals FINAL
        WHERE project_id = {project:UInt32} AND trace_id IN {traces:Array(UUID)} AND is_deleted = 0
        ORDER BY severity DESC, ts, detector`,
        { project: projectId, traces: traceIds.map(toUuid) },
      );
      return rows.map(toSignalRow);
    },

    /** As {@link list}, but only what lists of traces show: they ask with every page. */
    listKinds: async (
      projectId: number,
      traceIds: readonly string[],
    ): Promise<Pick<SignalRow, "traceId" | "detector" | "failure">[]> => {
      if (traceIds.length === 0) return [];
      const rows = await clickhouse.query<Pick<SelectedRow, "trace" | "detector" | "failure">>(
        `SELECT trace_id AS trace, detector, failure FROM signals FINAL
        WHERE project_id = {project:UInt32} AND trace_id IN {traces:Array(UUID)} AND is_deleted = 0
        ORDER BY severity DESC, ts, detector`,
        { project: projectId, traces: traceIds.map(toUuid) },
      );
      return rows.map(({ trace, ...row }) => ({ ...row, traceId: fromTraceUuid(trace) }));
    },

    /** Newest first. */
    listOfFailure: async (projectId: number, failure: string, limit: number): Promise<SignalRow[]> => {
      const rows = await clickhouse.query<SelectedRow>(
        `SELECT ${columns} FROM signals FINAL
        WHERE project_id = {project:UInt32} AND failure = {failure:String} AND is_deleted = 0
        ORDER BY ts DESC, trace_id LIMIT {limit:UInt32}`,
        { project: projectId, failure, limit },
      );
      return rows.map(toSignalRow);
    },

    /** Of these failures, or of all; newest signal first. `recent` counts from `recentFrom` on, `earlier` from `earlierFrom` until then. */
    tally: (
      projectId: number,
      windows: { recentFrom: string; earlierFrom: string },
      limit: number,
      failures: readonly string[] | undefined,
    ): Promise<Tally[]> =>
      clickhouse.query<Tally>(
        `WITH parseDateTime64BestEffort({recentFrom:String}, 6, 'UTC') AS recent_from,
          parseDateTime64BestEffort({earlierFrom:String}, 6, 'UTC') AS earlier_from
        SELECT failure, toUInt32(count()) AS signals, toUInt32(uniqExact(trace_id)) AS traces,
          toUInt32(uniqExactIf(user_id, user_id != '')) AS users, toUInt32(countIf(simulated = 1)) AS simulated,
          max(severity) AS maxSeverity, ${iso("min(ts)")} AS firstSeen, ${iso("max(ts)")} AS lastSeen,
          toUInt32(countIf(ts >= recent_from)) AS recent,
          toUInt32(countIf(ts >= earlier_from AND ts < recent_from)) AS earlier,
          sumMap(map(toString(release), toUInt32(1)))::Map(String, UInt32) AS byRelease
        FROM signals FINAL
        WHERE project_id = {project:UInt32} AND is_deleted = 0 ${failures ? "AND failure IN {failures:Array(String)}" : ""}
        GROUP BY failure ORDER BY max(ts) DESC, failure LIMIT {limit:UInt32}`,
        { project: projectId, limit, failures: failures ?? [], ...windows },
      ),

    /**
     * Signals of each failure in `sliceCount` equal slices of time until `now`, from its first signal or from
     * `latestStart`, whichever is earlier.
     */
    countInSlices: (
      projectId: number,
      failures: readonly string[],
      span: { latestStart: string; now: string },
      sliceCount: number,
    ): Promise<{ failure: string; slice: number; signals: number }[]> =>
      clickhouse.query(
        `WITH parseDateTime64BestEffort({now:String}, 6, 'UTC') AS until,
          parseDateTime64BestEffort({latestStart:String}, 6, 'UTC') AS latest_start
        SELECT failure, toUInt32(least({slices:UInt32} - 1,
            intDiv(age('ms', start, ts) * {slices:UInt32}, age('ms', start, until)))) AS slice,
          toUInt32(count()) AS signals
        FROM (
          SELECT failure, ts, least(latest_start, min(ts) OVER (PARTITION BY failure)) AS start FROM signals FINAL
          WHERE project_id = {project:UInt32} AND is_deleted = 0 AND failure IN {failures:Array(String)}
        )
        GROUP BY failure, slice`,
        { project: projectId, failures, slices: sliceCount, ...span },
      ),

    deleteOfDetectors: (projectId: number, traceIds: readonly string[], detectors: readonly string[]) =>
      clickhouse.command(
        `DELETE FROM signals WHERE project_id = {project:UInt32} AND trace_id IN {traces:Array(UUID)}
          AND detector IN {detectors:Array(String)}`,
        { project: projectId, traces: traceIds.map(toUuid), detectors },
      ),

    /** Undefined before the first examination of the project. */
    findOptionalCursor: async (projectId: number): Promise<string | undefined> => {
      const rows = await postgres.query<{ at: string }>(
        sql`select iso(received_before) as at from examination_cursor where project_id = ${projectId}`,
      );
      return rows[0]?.at;
    },

    /** Never moves back. A project that was deleted meanwhile is left alone. */
    saveCursor: (projectId: number, receivedBefore: string) =>
      postgres.query(sql`
        insert into examination_cursor as c (project_id, received_before)
        select id, ${receivedBefore}::timestamptz from project where id = ${projectId}
        on conflict (project_id) do update set received_before = greatest(c.received_before, excluded.received_before)`),
  };
}

export type SignalStore = ReturnType<typeof createSignalStore>;

function toSignalRow({ trace, span, simulated, ...row }: SelectedRow): SignalRow {
  return {
    ...row,
    traceId: fromTraceUuid(trace),
    spanId: fromSpanUuid(span),
    simulated: simulated === 1,
  };
}

/** SQL of deletions: what is asked for, which traces go, and the rows of every table that has any. */
import type { ClickHouse } from "../engines/clickhouse.ts";
import { type Postgres, sql } from "../engines/postgres.ts";
import { fromTraceUuid, toUuid } from "../engines/trace-ids.ts";

export interface DeletionRow {
  /** UUID; also names the deletion's traces in the telemetry engine. */
  id: string;
  projectId: number;
  kind: "trace" | "user" | "project";
  /** The trace's id, the user's, or the project's slug. */
  subject: string;
  erasesCases: boolean;
}

/** A trace whose late spans are refused. */
interface DeletedTrace {
  projectId: number;
  traceId: string;
}

/** Says which traces there are, so it goes last: a sweep that is cut short finds the rest by it. */
const last = "trace_loc";
/** What a sweep leaves of signals, without the person: a failure stays known by them. */
const signals = "signals";
const marked = `project_id = {project:UInt32}
  AND trace_id IN (SELECT trace_id FROM deleted_trace WHERE project_id = {project:UInt32} AND deletion = {deletion:UUID})`;

export function createRetentionStore(postgres: Postgres, clickhouse: ClickHouse) {
  /** Of the telemetry engine, whatever migrations have made: a table that is new today is not forgotten. */
  const listTables = async (column: "project_id" | "trace_id"): Promise<string[]> => {
    const rows = await clickhouse.query<{ name: string }>(
      `SELECT t.name AS name FROM system.tables AS t
      WHERE t.database = currentDatabase() AND t.engine LIKE '%MergeTree'
        AND t.name IN (SELECT table FROM system.columns WHERE database = currentDatabase() AND name = {column:String})
      ORDER BY name`,
      { column },
    );
    return rows.map(({ name }) => name).sort((a, b) => Number(a === last) - Number(b === last));
  };
  /** A deletion makes the engine copy the directories of the table, so it is only asked for where there is something. */
  const deleteRows = async (
    table: string,
    condition: string,
    parameters: Record<string, string | number>,
  ): Promise<void> => {
    const rows = await clickhouse.query<{ count: number }>(
      `SELECT toUInt32(count()) AS count FROM ${table} WHERE ${condition}`,
      parameters,
    );
    if (rows[0]?.count) await clickhouse.command(`DELETE FROM ${table} WHERE ${condition}`, parameters);
  };
  const listTraceTables = async () => (await listTables("trace_id")).filter((table) => table !== "deleted_trace");

  return {
    insertDeletion: ({ id, projectId, kind, subject, erasesCases }: DeletionRow, at: string) =>
      postgres.query(sql`
        insert into deletion (id, project_id, kind, subject, erases_cases, requested_at)
        values (${id}::uuid, ${projectId}, ${kind}, ${subject}, ${erasesCases}, ${at}::timestamptz)`),

    /** All that PostgreSQL has of the project goes, and what remains to be done is known: both or neither. */
    replaceProjectByDeletion: ({ id, projectId, subject }: DeletionRow, at: string) =>
      postgres.transaction(async (tx) => {
        await tx.query(sql`
          insert into deletion (id, project_id, kind, subject, erases_cases, requested_at)
          values (${id}::uuid, ${projectId}, 'project', ${subject}, true, ${at}::timestamptz)`);
        await tx.query(sql`delete from project where id = ${projectId}`);
      }),

    /** Oldest first: those that are not finished. */
    listDeletions: () =>
      postgres.query<DeletionRow & { slug: string | null }>(sql`
        select d.id, d.project_id as "projectId", d.kind, d.subject, d.erases_cases as "erasesCases", p.slug
        from deletion d left join project p on p.id = d.project_id order by d.requested_at`),

    finishDeletion: (id: string) => postgres.query(sql`delete from deletion where id = ${id}::uuid`),

    listRetained: () =>
      postgres.query<{ id: number; slug: string; retentionDays: number }>(sql`
        select id, slug, retention_days as "retentionDays" from project where retention_days is not null`),

    hasTrace: async (projectId: number, traceId: string): Promise<boolean> => {
      const has = (table: string) =>
        `(SELECT count() FROM ${table} WHERE project_id = {project:UInt32} AND trace_id = {trace:UUID})`;
      const rows = await clickhouse.query<{ found: number }>(
        `SELECT toUInt8(${has("trace_loc")} + ${has("feedback FINAL")} > 0) AS found`,
        { project: projectId, trace: toUuid(traceId) },
      );
      return rows[0]?.found === 1;
    },

    /** The traces go with the deletion: when their rows are deleted, and when late spans of them arrive. */
    markTraces: (projectId: number, deletion: string, traceIds: readonly string[], at: Date) =>
      clickhouse.insert(
        "deleted_trace",
        traceIds.map((traceId) => ({
          project_id: projectId,
          deletion,
          trace_id: toUuid(traceId),
          is_expired: 0,
          at: Math.floor(at.getTime() / 1000),
        })),
      ),

    /** Those with a span of the user. */
    markTracesOfUser: (projectId: number, deletion: string, userId: string) =>
      clickhouse.command(
        `INSERT INTO deleted_trace SELECT DISTINCT project_id, {deletion:UUID}, trace_id, 0, now() FROM spans
        WHERE project_id = {project:UInt32} AND user_id = {user:String}`,
        { project: projectId, deletion, user: userId },
      ),

    /** The oldest of those that began before a moment. */
    markExpiredTraces: (projectId: number, deletion: string, beforeMicros: number, limit: number) =>
      clickhouse.command(
        `INSERT INTO deleted_trace SELECT {project:UInt32}, {deletion:UUID}, trace_id, 1, now() FROM trace_loc
        WHERE project_id = {project:UInt32} GROUP BY trace_id
        HAVING min(t_min) < fromUnixTimestamp64Micro({before:Int64}) ORDER BY min(t_min) LIMIT {limit:UInt32}`,
        { project: projectId, deletion, before: beforeMicros, limit },
      ),

    countMarked: async (projectId: number, deletion: string): Promise<number> => {
      const rows = await clickhouse.query<{ traces: number }>(
        `SELECT toUInt32(uniqExact(trace_id)) AS traces FROM deleted_trace
        WHERE project_id = {project:UInt32} AND deletion = {deletion:UUID}`,
        { project: projectId, deletion },
      );
      return rows[0]?.traces ?? 0;
    },

    /** In order of their id, after one of them. */
    listMarked: async (projectId: number, deletion: string, after: string | null, limit: number) => {
      const rows = await clickhouse.query<{ trace: string }>(
        `SELECT DISTINCT trace_id AS trace FROM deleted_trace
        WHERE project_id = {project:UInt32} AND deletion = {deletion:UUID} AND trace_id > {after:UUID}
        ORDER BY trace LIMIT {limit:UInt32}`,
        { project: projectId, deletion, after: toUuid(after), limit },
      );
      return rows.map(({ trace }) => fromTraceUuid(trace));
    },

    /** Of all projects, the newest last: what was deleted, not what expired. */
    listDeletedTraces: async (limit: number): Promise<DeletedTrace[]> => {
      const rows = await clickhouse.query<{ projectId: number; trace: string }>(
        `SELECT project_id AS projectId, trace_id AS trace FROM deleted_trace WHERE is_expired = 0
        ORDER BY at DESC LIMIT {limit:UInt32}`,
        { limit },
      );
      return rows.map(({ projectId, trace }) => ({ projectId, traceId: fromTraceUuid(trace) })).reverse();
    },

    /** Of the deletion's traces, everything. Readers see none of it from then on; on disk it goes by {@link applyDeletes}. */
    deleteMarked: async (projectId: number, deletion: string): Promise<void> => {
      for (const table of await listTraceTables()) {
        await deleteRows(table, marked, { project: projectId, deletion });
      }
    },

    /** As {@link deleteMarked}, but signals stay, without the person and what was said. */
    deleteExpired: async (projectId: number, deletion: string): Promise<void> => {
      const parameters = { project: projectId, deletion };
      await clickhouse.command(
        `ALTER TABLE signals UPDATE user_id = '', reason = '' WHERE ${marked} SETTINGS mutations_sync = 2`,
        parameters,
      );
      for (const table of await listTraceTables()) {
        if (table !== signals) await deleteRows(table, marked, parameters);
      }
      await deleteRows("deleted_trace", "project_id = {project:UInt32} AND deletion = {deletion:UUID}", parameters);
    },

    /** What is old and belongs to no trace: metrics, judgements on traces that never came, texts whose spans did not follow. */
    deleteOrphans: async (projectId: number, beforeMicros: number): Promise<void> => {
      const tables = await clickhouse.query<{ table: string; column: string; hasTrace: number }>(
        `SELECT table, anyIf(name, name IN ('ts', 'time')) AS column, max(name = 'trace_id') AS hasTrace
        FROM system.columns WHERE database = currentDatabase() AND table IN {tables:Array(String)}
        GROUP BY table HAVING column != ''`,
        { tables: (await listTables("project_id")).filter((table) => table !== signals) },
      );
      for (const { table, column, hasTrace } of tables) {
        const ofNoTrace = "AND trace_id NOT IN (SELECT trace_id FROM trace_loc WHERE project_id = {project:UInt32})";
        const orphaned = `project_id = {project:UInt32} AND ${column} < fromUnixTimestamp64Micro({before:Int64})
          ${hasTrace ? ofNoTrace : ""}`;
        await deleteRows(table, orphaned, { project: projectId, before: beforeMicros });
      }
    },

    /** Every row of the project, in every table. */
    deleteProject: async (projectId: number): Promise<void> => {
      for (const table of await listTables("project_id")) {
        await deleteRows(table, "project_id = {project:UInt32}", { project: projectId });
      }
    },

    /** Deleted rows are hidden at once and leave the disk when their parts are written anew, which this asks for. */
    applyDeletes: async (): Promise<void> => {
      const rows = await clickhouse.query<{ table: string }>(
        `SELECT DISTINCT table FROM system.parts
        WHERE database = currentDatabase() AND active AND has_lightweight_delete ORDER BY table`,
      );
      for (const { table } of rows) {
        await clickhouse.command(`ALTER TABLE ${table} APPLY DELETED MASK SETTINGS mutations_sync = 2`);
      }
    },
  };
}

export type RetentionStore = ReturnType<typeof createRetentionStore>;

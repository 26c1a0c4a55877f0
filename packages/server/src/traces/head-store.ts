/** SQL of which traces there are: over their heads (migration 0004), so that no list or count reads spans. */
import type { TraceQuery } from "@ratchet/protocol";
import type { ClickHouse } from "../engines/clickhouse.ts";
import { fromSpanUuid, fromTraceUuid, toUuid } from "../engines/trace-ids.ts";
import { type Cursor, isBroad, toCondition } from "./trace-filter.ts";

/** Heads that a total looks at, at most: beyond it every list would cost more the more traces there are. */
const maxCountedHeads = 10_000;

/** A span that stood for its trace when it arrived. */
export interface HeadRow {
  traceId: string;
  spanId: string;
  startMicros: number;
  /** 0 while it runs. */
  endMicros: number;
  /** Of the copy. */
  version: string;
}

export interface Count {
  total: number;
  /** False when there are at least `total`. */
  isExact: boolean;
}

export type HeadQuery = Omit<TraceQuery, "limit" | "cursor">;

/** The least of a trace's heads by this order stands for the trace. */
export const headOrder = "(NOT is_root, start_time, span_id, -toInt64(version))";

export function createHeadStore(clickhouse: ClickHouse) {
  return {
    /** Newest first. A trace may have several, in any place, of which at most the one that stands for it is to be shown. */
    listHeads: async (projectId: number, query: HeadQuery, after: Cursor | null, limit: number): Promise<HeadRow[]> => {
      const { sql, parameters } = toCondition(query);
      const isAfter = `start_time <= fromUnixTimestamp64Micro({start:Int64})
        AND (start_time, trace_id) < (fromUnixTimestamp64Micro({start:Int64}), {trace:UUID})`;
      const rows = await clickhouse.query<{ trace: string; span: string; start: string; end: string; version: string }>(
        `SELECT trace_id AS trace, span_id AS span, toUnixTimestamp64Micro(start_time) AS start,
          toUnixTimestamp64Micro(end_time) AS end, version
        FROM trace_head WHERE project_id = {project:UInt32} AND ${sql} ${after ? `AND ${isAfter}` : ""}
        ORDER BY start_time DESC, trace_id DESC LIMIT {limit:UInt32}`,
        {
          ...parameters,
          project: projectId,
          limit,
          ...(after && { start: after.startMicros, trace: toUuid(after.traceId) }),
        },
      );
      return rows.map((row) => ({
        traceId: fromTraceUuid(row.trace),
        spanId: fromSpanUuid(row.span) ?? "",
        startMicros: Number(row.start),
        endMicros: Number(row.end),
        version: row.version,
      }));
    },

    /** Exact where the project, or what the query names, has few heads; else of the newest only. */
    countTraces: async (projectId: number, query: HeadQuery): Promise<Count> => {
      const { sql, parameters } = toCondition(query);
      const values = { ...parameters, project: projectId, limit: maxCountedHeads };
      const newest = (columns: string, scope = "") => `(
        SELECT trace_id, ${sql} AS is_meant ${columns} FROM trace_head WHERE project_id = {project:UInt32} ${scope}
        ORDER BY start_time DESC LIMIT {limit:UInt32})`;
      if (isBroad(query)) {
        // Where all of them are meant it does not matter which stand for their traces.
        const [row] = await clickhouse.query<Counted & { others: number }>(
          `SELECT toUInt32(uniqExact(trace_id)) AS total, toUInt32(count()) AS heads,
            toUInt32(countIf(NOT is_meant)) AS others
          FROM ${newest("")}`,
          values,
        );
        if (row?.others === 0) return toCount(row);
      }
      const isOfAll = isBroad(query) && query.from === undefined;
      const meant = `AND trace_id IN (SELECT trace_id FROM trace_head WHERE project_id = {project:UInt32} AND ${sql})`;
      const [row] = await clickhouse.query<Counted>(
        `SELECT toUInt32(countIf(is_meant)) AS total, toUInt32(sum(heads)) AS heads FROM (
          SELECT argMin(is_meant, head_order) AS is_meant, count() AS heads
          FROM ${newest(`, ${headOrder} AS head_order`, isOfAll ? "" : meant)}
          GROUP BY trace_id)`,
        values,
      );
      return toCount(row ?? { total: 0, heads: 0 });
    },
  };
}

interface Counted {
  total: number;
  /** That were looked at. */
  heads: number;
}

function toCount({ total, heads }: Counted): Count {
  return { total, isExact: heads < maxCountedHeads };
}

/** SQL of a project's traffic: which traces ended, how long they took, what went wrong. Runs of evals are no part of it. */
import type { Exposure, SpanKind } from "@ratchet/protocol";
import type { ClickHouse } from "../engines/clickhouse.ts";
import { fromSpanUuid, fromTraceUuid } from "../engines/trace-ids.ts";
import { headOrder } from "./head-store.ts";
import { type TraceRow, toExposure } from "./rollup-store.ts";
import { isCall } from "./trace-usage.ts";

/** A copy of a root that has ended. */
export type ReceivedRoot = Pick<
  TraceRow,
  | "traceId"
  | "spanId"
  | "name"
  | "kind"
  | "status"
  | "startMicros"
  | "endMicros"
  | "release"
  | "userId"
  | "sessionId"
  | "exposure"
> & { receivedMicros: number };

interface SelectedRoot extends Pick<ReceivedRoot, "name" | "status" | "release" | "userId" | "sessionId"> {
  trace: string;
  span: string;
  kind: SpanKind;
  start: string;
  end: string;
  received: string;
  rollout: string;
  arm: Exposure["arm"] | "";
  unit: string;
  plannedShare: number | null;
}

/** Of a trace's head: the root has ended, and is no run of an eval. */
const isOfProduction = "is_root AND status != 'running' AND kind != 'evaluator'";
const durationMs = "(toUnixTimestamp64Micro(end_time) - toUnixTimestamp64Micro(start_time)) / 1000";

/** One row a trace: its columns of `trace_head` as the span has them that stands for it. `meant`: which heads' traces. */
const heads = (columns: string, meant: string) => `(
  SELECT trace_id, argMin((${columns}), ${headOrder}) AS head FROM trace_head
  WHERE project_id = {project:UInt32} AND trace_id IN (
    SELECT trace_id FROM trace_head WHERE project_id = {project:UInt32} AND ${meant})
  GROUP BY trace_id)`;

export function createTrafficStore(clickhouse: ClickHouse) {
  return {
    /** In the order in which they were received. */
    listRootsReceivedAfter: async (
      projectId: number,
      receivedMicros: number,
      limit: number,
    ): Promise<ReceivedRoot[]> => {
      const rows = await clickhouse.query<SelectedRoot>(
        `SELECT trace_id AS trace, span_id AS span, name, kind, status, toUnixTimestamp64Micro(start_time) AS start,
          toUnixTimestamp64Micro(end_time) AS end, toUnixTimestamp64Micro(received_at) AS received, release,
          user_id AS userId, session_id AS sessionId, rollout, arm, unit, planned_share AS plannedShare
        FROM spans
        WHERE project_id = {project:UInt32} AND ${isOfProduction}
          AND received_at > fromUnixTimestamp64Micro({received:Int64})
        ORDER BY received_at LIMIT {limit:UInt32}`,
        { project: projectId, received: receivedMicros, limit },
      );
      return rows.map(({ trace, span, start, end, received, rollout, arm, unit, plannedShare, ...row }) => ({
        ...row,
        traceId: fromTraceUuid(trace),
        spanId: fromSpanUuid(span) ?? "",
        startMicros: Number(start),
        endMicros: Number(end),
        receivedMicros: Number(received),
        exposure: toExposure({ rollout, arm, unit, plannedShare }),
      }));
    },

    countByRelease: (projectId: number, traceName: string): Promise<{ release: string; count: number }[]> =>
      clickhouse.query(
        `SELECT release, toUInt32(uniqExact(trace_id)) AS count FROM trace_head FINAL
        WHERE project_id = {project:UInt32} AND name = {name:String} AND ${isOfProduction}
        GROUP BY release ORDER BY release`,
        { project: projectId, name: traceName },
      ),

    /** Of the newest `limit` traces of that name that started before. */
    measureDurations: async (projectId: number, traceName: string, beforeMicros: number, limit: number) => {
      const meant = `name = {name:String} AND ${isOfProduction} AND start_time < fromUnixTimestamp64Micro({before:Int64})`;
      const rows = await clickhouse.query<{ count: number; quantiles: number[] }>(
        `SELECT toUInt32(count()) AS count, quantilesExactInclusive(0.5, 0.95, 0.99)(duration) AS quantiles
        FROM (
          SELECT head.2 AS duration
          FROM ${heads(
            `start_time, ${durationMs}, ${meant}`,
            // Twice as many, as some may have a newer copy, or an earlier root.
            `${meant} ORDER BY start_time DESC LIMIT {limit:UInt32} * 2`,
          )}
          WHERE head.3 ORDER BY head.1 DESC LIMIT {limit:UInt32})`,
        { project: projectId, name: traceName, before: beforeMicros, limit },
      );
      return rows[0] ?? { count: 0, quantiles: [] };
    },

    /** Of the traces that began since. A trace's cost is by the rule of `trace-usage.ts`. */
    measureHealth: async (projectId: number, sinceMicros: number) => {
      const since = "start_time >= fromUnixTimestamp64Micro({since:Int64})";
      const begun = heads(
        `${since} AND kind != 'evaluator', ${isOfProduction}, status = 'error', ${durationMs}`,
        since,
      );
      const parameters = { project: projectId, since: sinceMicros };
      const [[traffic], [cost]] = await Promise.all([
        clickhouse.query<{ traces: number; ended: number; errors: number; quantiles: number[] }>(
          `SELECT toUInt32(count()) AS traces, toUInt32(countIf(head.2)) AS ended,
            toUInt32(countIf(head.2 AND head.3)) AS errors,
            quantilesExactInclusiveIf(0.5, 0.95)(head.4, head.2) AS quantiles
          FROM ${begun} WHERE head.1`,
          parameters,
        ),
        clickhouse.query<{ costUsd: number }>(
          `SELECT ifNull(sum(cost), 0) AS costUsd FROM (
            SELECT coalesce(sumIf(cost_usd, ${isCall}), max(cost_usd)) AS cost FROM spans FINAL
            WHERE project_id = {project:UInt32} AND ${since}
              AND trace_id IN (SELECT trace_id FROM ${begun} WHERE head.1)
            GROUP BY trace_id)`,
          parameters,
        ),
      ]);
      return {
        ...(traffic ?? { traces: 0, ended: 0, errors: 0, quantiles: [] }),
        costUsd: cost?.costUsd ?? 0,
      };
    },
  };
}

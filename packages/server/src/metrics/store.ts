/** SQL of metrics: a row a point. */
import type { ClickHouse } from "../engines/clickhouse.ts";
import { toEngineTime } from "../micros.ts";
import type { MetricRow } from "./to-metric-points.ts";

export type FoundPoint = Omit<MetricRow, "projectId">;

export function createMetricStore(clickhouse: ClickHouse) {
  return {
    /** Resolves when they are durable. The same point of a series sent again replaces it. */
    insert: (rows: readonly MetricRow[]) =>
      clickhouse.insert(
        "metric_points",
        rows.map((row) => ({
          project_id: row.projectId,
          name: row.name,
          series: row.series,
          time: toEngineTime(row.timeMicros),
          start_time: toEngineTime(row.startMicros),
          kind: row.kind,
          temporality: row.temporality,
          unit: row.unit,
          description: row.description,
          attributes: row.attributes,
          value: row.value,
          count: row.count,
          min: row.min,
          max: row.max,
          bounds: row.bounds,
          bucket_counts: row.bucketCounts,
        })),
      ),

    /** The newest points, in descending order of time. */
    list: async (
      projectId: number,
      range: { fromMicros: number; toMicros: number },
      name: string | null,
      limit: number,
    ): Promise<FoundPoint[]> => {
      const rows = await clickhouse.query<
        Omit<FoundPoint, "timeMicros" | "startMicros"> & { at: string; since: string }
      >(
        `SELECT name, series, kind, temporality, unit, description, attributes, value, toFloat64(count) AS count, min, max,
          bounds, arrayMap(each -> toFloat64(each), bucket_counts) AS bucketCounts,
          toUnixTimestamp64Micro(time) AS at, toUnixTimestamp64Micro(start_time) AS since
        FROM metric_points FINAL
        WHERE project_id = {project:UInt32} ${name === null ? "" : "AND name = {name:String}"}
          AND time BETWEEN fromUnixTimestamp64Micro({fromMicros:Int64}) AND fromUnixTimestamp64Micro({toMicros:Int64})
        ORDER BY time DESC, name, series LIMIT {limit:UInt32}`,
        { project: projectId, ...range, ...(name !== null && { name }), limit },
      );
      return rows.map(({ at, since, ...row }) => ({ ...row, timeMicros: Number(at), startMicros: Number(since) }));
    },
  };
}

export type MetricStore = ReturnType<typeof createMetricStore>;

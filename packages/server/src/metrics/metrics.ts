/** GenAI metrics: taken, kept as they are, and given back. Nothing else is counted from them. */
import type { MetricList, MetricQuery } from "@ratchet/protocol";
import type { Projects } from "../access/projects.ts";
import { fromMicros, toMicros } from "../micros.ts";
import { ProblemError } from "../problem.ts";
import { renderMetric } from "../render-metric.ts";
import type { ProjectScope } from "../router.ts";
import { createBatcher, type Sized } from "../telemetry/batch.ts";
import { findTimeFault } from "../telemetry/check-span.ts";
import { createOwnerFinder } from "../telemetry/find-owner.ts";
import type { OtlpMetricResource } from "../telemetry/otlp-metrics.ts";
import { createRejections, type Rejected } from "../telemetry/rejections.ts";
import type { FoundPoint, MetricStore } from "./store.ts";
import { isGenAi, type MetricRow, toMetricRow } from "./to-metric-points.ts";

const dayMs = 24 * 3600 * 1000;
/** What a row costs, about. */
const rowBytes = 500;

type SizedRow = Sized & { row: MetricRow };

export function createMetrics(store: MetricStore, projects: Pick<Projects, "findScope">, now: () => Date) {
  let acceptedPoints = 0;
  let rejectedPoints = 0;
  const batcher = createBatcher(async (batch: SizedRow[]): Promise<null[]> => {
    await store.insert(batch.map(({ row }) => row));
    acceptedPoints += batch.length;
    return batch.map(() => null);
  });

  return {
    /**
     * Stores the GenAI metrics of an export; resolves when they are durable.
     *
     * @throws ProblemError `too-busy` when the queue is full, `unavailable` when the engine fails.
     */
    async accept(resources: OtlpMetricResource[], project: ProjectScope, isProjectNamed: boolean): Promise<Rejected> {
      const rejections = createRejections();
      const findOwner = createOwnerFinder(projects, project, isProjectNamed);
      const accepted: SizedRow[] = [];
      for (const { attributes, metrics } of resources) {
        const owner = await findOwner({ attributes });
        for (const metric of metrics) {
          if (typeof owner === "string") rejections.add(owner, metric.points.length);
          else if (!isGenAi(metric)) {
            rejections.add("Only metrics whose names begin with gen_ai. are kept.", metric.points.length);
          } else {
            for (const point of metric.points) {
              const fault = findTimeFault(point.timeMicros, now());
              if (fault !== null) rejections.add(`A point of ${metric.name.slice(0, 100)} ${fault}`);
              else accepted.push({ row: toMetricRow(metric, point, attributes, owner.id), sizeBytes: rowBytes });
            }
          }
        }
      }
      if (accepted.length > 0) await batcher.add(accepted).catch(refuse);
      rejectedPoints += rejections.count;
      return rejections.toRejected();
    },

    /** By name, each series in order of time. */
    async list(project: ProjectScope, { from, to, name, limit }: MetricQuery): Promise<MetricList> {
      const toMs = to === undefined ? now().getTime() : toMicros(to) / 1000;
      const range = { fromMicros: from === undefined ? (toMs - dayMs) * 1000 : toMicros(from), toMicros: toMs * 1000 };
      const points = await store.list(project.id, range, name ?? null, limit + 1);
      return { metrics: toMetrics(points.slice(0, limit)), isTruncated: points.length > limit };
    },

    /** Resolves when everything accepted is durable; refuses what comes from now on. */
    drain: () => batcher.drain(),

    /** In Prometheus's text format. */
    renderMetrics: () =>
      [
        renderMetric("ratchet_metric_points_accepted_total", "counter", "Points that are durable.", acceptedPoints),
        renderMetric(
          "ratchet_metric_points_rejected_total",
          "counter",
          "Points refused by partial success, as those of other than GenAI metrics.",
          rejectedPoints,
        ),
      ].join(""),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;

function refuse(cause: unknown): never {
  if (cause instanceof ProblemError) throw cause;
  throw new ProblemError("unavailable", "The metrics could not be stored. Retry later; the server's log says why.", {
    retryAfterSeconds: 5,
    cause,
  });
}

/** @param points Newest first. */
function toMetrics(points: readonly FoundPoint[]): MetricList["metrics"] {
  const byName = Map.groupBy(points.toReversed(), ({ name, kind, temporality }) =>
    JSON.stringify([name, kind, temporality]),
  );
  const metrics = [...byName.values()].map((ofName) => {
    const [first] = ofName as [FoundPoint];
    const { name, description, unit, kind, temporality } = first;
    const series = [...Map.groupBy(ofName, (point) => point.series).values()].map((ofSeries) => ({
      attributes: ofSeries[0]?.attributes ?? {},
      points: ofSeries.map(toPoint),
    }));
    return { name, description, unit, kind, temporality: temporality === "" ? null : temporality, series };
  });
  return metrics.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function toPoint({ timeMicros, startMicros, value, count, min, max, bounds, bucketCounts }: FoundPoint) {
  const startTime = startMicros === 0 ? null : fromMicros(startMicros);
  return { time: fromMicros(timeMicros), startTime, value, count, min, max, bounds, bucketCounts };
}

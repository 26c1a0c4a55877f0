/** A metric as it was sent → the points that are kept of it. */
import { hash } from "node:crypto";
import { boundText } from "../telemetry/bound-text.ts";
import type { Attributes, AttributeValue } from "../telemetry/otlp.ts";
import type { OtlpMetric, OtlpPoint } from "../telemetry/otlp-metrics.ts";

const maxNameCharacters = 500;
const maxAttributes = 100;
const maxValueCharacters = 1000;
const maxBuckets = 500;
/** Resource attributes that tell series apart: what runs where. */
const resourceKeys = /^(service\.(name|version|instance\.id)|deployment\.environment(\.name)?)$/;

export interface MetricRow extends Omit<OtlpPoint, "attributes">, Omit<OtlpMetric, "points" | "isMonotonic"> {
  projectId: number;
  /** Digits of an unsigned 64-bit hash of the attributes. */
  series: string;
  attributes: Record<string, string>;
}

/** Only these concern models; a process's own metrics have better places. */
export function isGenAi(metric: OtlpMetric): boolean {
  return metric.name.startsWith("gen_ai.");
}

export function toMetricRow(
  { name, description, unit, kind, temporality }: OtlpMetric,
  point: OtlpPoint,
  resource: Attributes,
  projectId: number,
): MetricRow {
  const attributes = keepAttributes(point.attributes, resource);
  return {
    projectId,
    name: boundText(name, maxNameCharacters),
    description: boundText(description, maxNameCharacters),
    unit: boundText(unit, maxNameCharacters),
    kind,
    temporality,
    series: toSeries(attributes),
    attributes,
    startMicros: point.startMicros,
    timeMicros: point.timeMicros,
    value: point.value,
    count: point.count,
    min: point.min,
    max: point.max,
    bounds: point.bounds.slice(0, maxBuckets),
    bucketCounts: point.bucketCounts.slice(0, maxBuckets + 1),
  };
}

function keepAttributes(own: Attributes, resource: Attributes): Record<string, string> {
  const kept: [string, string][] = [];
  for (const [key, value] of resource) if (resourceKeys.test(key)) kept.push([key, toText(value)]);
  for (const [key, value] of own) {
    if (kept.length >= maxAttributes) break;
    kept.push([boundText(key, maxNameCharacters), toText(value)]);
  }
  return Object.fromEntries(kept);
}

function toText(value: AttributeValue): string {
  return boundText(typeof value === "string" ? value : JSON.stringify(value), maxValueCharacters);
}

function toSeries(attributes: Record<string, string>): string {
  const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  return hash("sha1", JSON.stringify(sorted), "buffer").readBigUInt64LE().toString();
}

/** `ExportMetricsServiceRequest` in OTLP/JSON → what was sent. Exemplars and an exponential histogram's buckets are left out. */

import {
  isObject,
  type JsonObject,
  JsonValues,
  listOf,
  parseJsonBody,
  toCount,
  toEnum,
  toMicros,
  toNumber,
  toText,
} from "./json-values.ts";
import {
  type MetricKind,
  type OtlpMetric,
  type OtlpMetricResource,
  type OtlpPoint,
  temporalities,
} from "./otlp-metrics.ts";

const dataKinds: readonly (readonly [key: string, kind: MetricKind])[] = [
  ["gauge", "gauge"],
  ["sum", "sum"],
  ["histogram", "histogram"],
  ["exponentialHistogram", "exponential_histogram"],
  ["summary", "summary"],
];
const temporalityNames = ["UNSPECIFIED", "DELTA", "CUMULATIVE"].map((name) => `AGGREGATION_TEMPORALITY_${name}`);

/** @throws DecodeError */
export function decodeMetricsJson(body: Buffer): OtlpMetricResource[] {
  const values = new JsonValues();
  return listOf(parseJsonBody(body), "resourceMetrics").map((ofResource) => {
    values.budget.spend();
    return {
      attributes: values.readResource(ofResource),
      metrics: listOf(ofResource, "scopeMetrics").flatMap((ofScope) =>
        listOf(ofScope, "metrics").map((sent) => toMetric(sent, values)),
      ),
    };
  });
}

function toMetric(sent: JsonObject, values: JsonValues): OtlpMetric {
  values.budget.spend();
  const [key, kind] = dataKinds.find(([name]) => isObject(sent[name])) ?? ["gauge", "gauge"];
  const data = isObject(sent[key]) ? sent[key] : {};
  return {
    name: toText(sent.name),
    description: toText(sent.description),
    unit: toText(sent.unit),
    kind,
    temporality: temporalities[toEnum(data.aggregationTemporality, temporalityNames)] ?? "",
    isMonotonic: data.isMonotonic === true,
    points: listOf(data, "dataPoints").map((point) => toPoint(point, kind, values)),
  };
}

function toPoint(sent: JsonObject, kind: MetricKind, values: JsonValues): OtlpPoint {
  values.budget.spend();
  const isNumber = kind === "gauge" || kind === "sum";
  return {
    attributes: values.readAttributes(sent),
    startMicros: toMicros(sent.startTimeUnixNano),
    timeMicros: toMicros(sent.timeUnixNano),
    value: toFinite(isNumber ? (sent.asDouble ?? sent.asInt) : sent.sum),
    count: isNumber ? 1 : toCount(sent.count),
    min: toFinite(sent.min),
    max: toFinite(sent.max),
    bounds: kind === "histogram" ? toNumbers(sent.explicitBounds, values) : [],
    bucketCounts: kind === "histogram" ? toNumbers(sent.bucketCounts, values) : [],
  };
}

function toNumbers(list: unknown, values: JsonValues): number[] {
  if (!Array.isArray(list)) return [];
  values.budget.spend(list.length);
  return list.map((item) => Number(toNumber(item) ?? 0));
}

function toFinite(value: unknown): number | null {
  const number = toNumber(value);
  return number === null ? null : Number(number);
}

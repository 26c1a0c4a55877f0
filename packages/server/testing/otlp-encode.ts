/** Logs and metrics as OpenTelemetry's own serializers write them: independent of the decoders under test. */
import { ValueType } from "@opentelemetry/api";
import { JsonMetricsSerializer, ProtobufMetricsSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import {
  AggregationTemporality,
  DataPointType,
  type ExponentialHistogram,
  type Histogram,
  type MetricData,
} from "@opentelemetry/sdk-metrics";

export interface TestRecord {
  traceId?: string;
  spanId?: string;
  eventName?: string;
  timeMs?: number;
  severityText?: string;
  body: unknown;
  attributes: Record<string, unknown>;
}

export function makeLogRecord(record: TestRecord): ReadableLogRecord {
  const { traceId, spanId, eventName, timeMs = 1.7e12, severityText, body, attributes } = record;
  const hrTime: [number, number] = [Math.floor(timeMs / 1000), (timeMs % 1000) * 1e6];
  return {
    hrTime,
    hrTimeObserved: hrTime,
    ...(traceId !== undefined && spanId !== undefined && { spanContext: { traceId, spanId, traceFlags: 1 } }),
    ...(severityText !== undefined && { severityText }),
    severityNumber: 9,
    body: body as never,
    ...(eventName !== undefined && { eventName }),
    resource: resourceFromAttributes({ "service.name": "shop" }),
    instrumentationScope: { name: "test" },
    attributes: attributes as never,
    droppedAttributesCount: 0,
  };
}

export interface TestPoint {
  timeMs: number;
  value: number;
  attributes: Record<string, string>;
}

/** A metric of each kind that has numbers or distributions, with the same points. */
export function encodeMetrics(
  encoding: "protobuf" | "json",
  points: readonly TestPoint[] = [{ timeMs: 1.7e12, value: 1, attributes: {} }],
): Uint8Array {
  const serializer = encoding === "json" ? JsonMetricsSerializer : ProtobufMetricsSerializer;
  const toPoints = <Value>(toValue: (value: number) => Value) =>
    points.map(({ timeMs, value, attributes }) => ({
      startTime: [1, 0] as [number, number],
      endTime: [Math.floor(timeMs / 1000), (timeMs % 1000) * 1e6] as [number, number],
      attributes,
      value: toValue(value),
    }));
  const describe = (name: string) => ({
    descriptor: { name, description: `of ${name}`, unit: "s", valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.DELTA,
  });
  const toHistogram = (value: number): Histogram => ({
    buckets: { boundaries: [1, 2], counts: [1, 0, 2] },
    sum: value,
    count: 3,
    min: -1,
    max: value,
  });
  const toExponential = (value: number): ExponentialHistogram => ({
    count: 3,
    sum: value,
    scale: 2,
    zeroCount: 1,
    min: -1,
    max: value,
    positive: { offset: 1, bucketCounts: [1, 1] },
    negative: { offset: 0, bucketCounts: [] },
  });
  const metrics: MetricData[] = [
    { ...describe("gen_ai.gauge"), dataPointType: DataPointType.GAUGE, dataPoints: toPoints((value) => value) },
    {
      ...describe("gen_ai.sum"),
      dataPointType: DataPointType.SUM,
      isMonotonic: true,
      dataPoints: toPoints((value) => value),
    },
    { ...describe("gen_ai.histogram"), dataPointType: DataPointType.HISTOGRAM, dataPoints: toPoints(toHistogram) },
    {
      ...describe("gen_ai.exponential"),
      dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM,
      dataPoints: toPoints(toExponential),
    },
  ];
  const bytes = serializer.serializeRequest({
    resource: resourceFromAttributes({ "service.name": "shop" }),
    scopeMetrics: [{ scope: { name: "test" }, metrics }],
  });
  return bytes ?? new Uint8Array();
}

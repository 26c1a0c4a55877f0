/** A metrics export as it was sent, whatever its encoding. Strings may still hold anything. */
import type { Attributes } from "./otlp.ts";

export const metricKinds = ["gauge", "sum", "histogram", "exponential_histogram", "summary"] as const;
export type MetricKind = (typeof metricKinds)[number];
/** By the number of `AggregationTemporality`; gauges and summaries have none. */
export const temporalities = ["", "delta", "cumulative"] as const;
export type Temporality = (typeof temporalities)[number];

export interface OtlpMetric {
  name: string;
  description: string;
  unit: string;
  kind: MetricKind;
  temporality: Temporality;
  isMonotonic: boolean;
  points: OtlpPoint[];
}

/** One number, or a distribution of many. What is not finite was not sent. */
export interface OtlpPoint {
  attributes: Attributes;
  /** Microseconds since 1970: what a sum or a distribution covers begins at `startMicros`, 0 when not told. */
  startMicros: number;
  timeMicros: number;
  /** Of a gauge or sum the number, of a distribution the sum; `null` when not told. */
  value: number | null;
  /** Values in the distribution; 1 for a gauge or sum. */
  count: number;
  min: number | null;
  max: number | null;
  /** Upper bounds of a histogram's buckets, and how many values each has; one count more than bounds. */
  bounds: number[];
  bucketCounts: number[];
}

export interface OtlpMetricResource {
  attributes: Attributes;
  metrics: OtlpMetric[];
}

/** GenAI metrics as OpenTelemetry's instrumentations send them. Tokens and cost of traces never come from them. */
import { z } from "zod";
import { Timestamp } from "./scalars.ts";

/** `GET /api/metrics?from&to&name&limit`. The last 24 hours where nothing else is said; the newest points first to stay. */
export const MetricQuery = z.object({
  from: Timestamp.optional(),
  to: Timestamp.optional(),
  /** The whole name, as `gen_ai.client.operation.duration`. */
  name: z.string().max(500).optional(),
  /** Points of all series together. */
  limit: z.coerce.number().int().min(1).max(10_000).default(1000),
});
export type MetricQuery = z.infer<typeof MetricQuery>;

export const MetricPoint = z.object({
  time: Timestamp,
  /** Where a sum or a distribution begins; `null` when not told. */
  startTime: Timestamp.nullable(),
  /** Of a gauge or sum the number, of a distribution the sum; `null` when not told. */
  value: z.number().nullable(),
  /** Values in a distribution; 1 for a gauge or sum. */
  count: z.number(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  /** Of a histogram: upper bounds of its buckets, and how many values each has; one count more than bounds. */
  bounds: z.array(z.number()),
  bucketCounts: z.array(z.number()),
});

/** Points of one name with the same attributes, in order of time. */
export const MetricSeries = z.object({
  attributes: z.record(z.string(), z.string()),
  points: z.array(MetricPoint),
});

export const Metric = z.object({
  name: z.string(),
  description: z.string(),
  unit: z.string(),
  kind: z.enum(["gauge", "sum", "histogram", "exponential_histogram", "summary"]),
  /** `delta`: a point counts since the one before; `cumulative`: since its start. `null` for gauges and summaries. */
  temporality: z.enum(["delta", "cumulative"]).nullable(),
  series: z.array(MetricSeries),
});

/** By name. `isTruncated`: older points were left out. */
export const MetricList = z.object({ metrics: z.array(Metric), isTruncated: z.boolean() });
export type MetricList = z.infer<typeof MetricList>;

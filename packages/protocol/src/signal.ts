/** Evidence that a trace went wrong. */
import { z } from "zod";
import { FailureId, SpanId, Timestamp, TraceId } from "./scalars.ts";

export const detectors = [
  "error",
  "slow",
  "thumbs-down",
  "negative-sentiment",
  "oversized-input",
  "off-topic",
  "correction",
] as const;

export const Signal = z.object({
  traceId: TraceId,
  spanId: SpanId.nullable(),
  detector: z.string(),
  /** 1 is a nuisance, 2 a failure, 3 an outage for that user. */
  severity: z.int().min(1).max(3),
  /** One sentence with the numbers that made the detector fire. */
  reason: z.string(),
  failure: FailureId.nullable(),
  /** True when it comes from feedback with source `simulated`. */
  simulated: z.boolean(),
  createdAt: Timestamp,
});
export type Signal = z.infer<typeof Signal>;

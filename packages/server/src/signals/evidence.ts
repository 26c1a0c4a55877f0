/** What detectors look at, and what they find. */
import type { Feedback } from "@ratchet/protocol";
import type { CompletedRoot } from "../telemetry/completed-root.ts";
import type { SpanContent } from "../traces/traces.ts";

export type ExaminedSpan = Pick<
  SpanContent,
  "spanId" | "parentSpanId" | "name" | "kind" | "status" | "statusMessage" | "input" | "inputBytes" | "output"
>;

/** Earlier completed traces of the same name. */
export interface DurationHistory {
  count: number;
  /** `null` without any. */
  p95Ms: number | null;
}

export interface Evidence {
  root: CompletedRoot;
  /** All spans of the trace that have arrived, the root included, in order of their start. */
  spans: ExaminedSpan[];
  history: DurationHistory;
}

export interface Finding {
  /** The span to look at first, when it is one in particular. */
  spanId: string | null;
  /** 1 is a nuisance, 2 a failure, 3 an outage for that user. */
  severity: 1 | 2 | 3;
  /** One sentence with the numbers that made the detector fire. */
  reason: string;
}

/** Judges a completed trace by itself. */
export type TraceDetector = (evidence: Evidence) => Finding | undefined;

/** Judges one piece of feedback by itself. */
export type FeedbackDetector = (feedback: Feedback) => Finding | undefined;

/** What detectors look at, and what they find. */
import type { Exposure, Feedback, SpanDetail } from "@ratchet/protocol";

/** The root span of a trace that has ended. */
export interface CompletedRoot {
  traceId: string;
  spanId: string;
  name: string;
  /** ISO 8601. */
  startTime: string;
  durationMs: number;
  status: "ok" | "error";
  userId: string | null;
  sessionId: string | null;
  /** `R-3`, or what the application calls its release. */
  release: string | null;
  exposure: Exposure | null;
}

export type ExaminedSpan = Pick<
  SpanDetail,
  "spanId" | "parentSpanId" | "name" | "kind" | "status" | "statusMessage" | "input" | "output"
>;

/** Earlier completed traces of the same name. */
export interface DurationHistory {
  count: number;
  /** `null` without any. */
  p95Ms: number | null;
}

export interface Evidence {
  root: CompletedRoot;
  /** All spans of the trace that have arrived, the root included. */
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

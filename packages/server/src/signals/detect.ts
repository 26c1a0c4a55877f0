/** All detectors, by the name that signals carry. */
import type { Feedback } from "@ratchet/protocol";
import type { CompletedRoot } from "../telemetry/completed-root.ts";
import type { TextChoice } from "../traces/traces.ts";
import { detectCorrection } from "./correction.ts";
import { detectError } from "./error.ts";
import type { Evidence, FeedbackDetector, Finding, TraceDetector } from "./evidence.ts";
import { detectNegativeSentiment } from "./negative-sentiment.ts";
import { detectOffTopic } from "./off-topic.ts";
import { detectOversizedInput, mayBeOversized } from "./oversized-input.ts";
import { detectSlow } from "./slow.ts";
import { detectThumbsDown } from "./thumbs-down.ts";

const traceDetectors: Record<string, TraceDetector> = {
  error: detectError,
  slow: detectSlow,
  "oversized-input": detectOversizedInput,
  "off-topic": detectOffTopic,
};

const feedbackDetectors: Record<string, FeedbackDetector> = {
  "thumbs-down": detectThumbsDown,
  "negative-sentiment": detectNegativeSentiment,
  correction: detectCorrection,
};

export const feedbackDetectorNames = Object.keys(feedbackDetectors);

/** What one detector found in one trace. */
export interface Detection extends Finding {
  detector: string;
  /** ISO 8601: when it happened, not when it was found. */
  at: string;
  simulated: boolean;
}

/** The texts that {@link detectInTrace} looks at; reading all that an agent repeats would cost more than storing it. */
export function chooseTexts(root: CompletedRoot | undefined): TextChoice {
  return (span) => {
    const isOwn = span.spanId === root?.spanId;
    const isRetrieved = span.kind === "retriever" || span.kind === "reranker";
    return { input: isOwn || mayBeOversized(span), output: isOwn || isRetrieved };
  };
}

/** At most one detection a detector. */
export function detectInTrace(evidence: Evidence): Detection[] {
  const { startTime, durationMs } = evidence.root;
  const at = new Date(Date.parse(startTime) + durationMs).toISOString();
  return Object.entries(traceDetectors).flatMap(([detector, detect]) => {
    const finding = detect(evidence);
    return finding ? [{ ...finding, detector, at, simulated: false }] : [];
  });
}

/** At most one detection a detector: the worst; among equals a real person's, then the first. */
export function detectInFeedback(feedback: readonly Feedback[]): Detection[] {
  return Object.entries(feedbackDetectors).flatMap(([detector, detect]) => {
    const [worst] = feedback
      .flatMap((given) => {
        const finding = detect(given);
        return finding ? [{ ...finding, detector, at: given.createdAt, simulated: given.source === "simulated" }] : [];
      })
      .sort(
        (a, b) =>
          Number(a.simulated) - Number(b.simulated) || b.severity - a.severity || Date.parse(a.at) - Date.parse(b.at),
      );
    return worst ? [worst] : [];
  });
}

/** Whether the detector reads feedback, which people can change or take back. */
export function readsFeedback(detector: string): boolean {
  return Object.hasOwn(feedbackDetectors, detector);
}

import type { Feedback } from "@ratchet/protocol";
import type { Finding } from "./evidence.ts";

/** Somebody said plainly that it was bad: severity 2. */
export function detectThumbsDown(feedback: Feedback): Finding | undefined {
  if (feedback.key !== "thumbs" || feedback.score !== 0) return undefined;
  const said = feedback.comment ? `: "${feedback.comment.trim().slice(0, 200)}"` : ".";
  // That a signal is simulated stands beside it wherever it is shown.
  const from = feedback.source === "simulated" ? "" : ` from ${feedback.source}`;
  return { spanId: feedback.spanId, severity: 2, reason: `Thumbs down${from}${said}` };
}

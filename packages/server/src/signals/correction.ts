import type { Feedback } from "@ratchet/protocol";
import type { Finding } from "./evidence.ts";

/**
 * Somebody corrected the result, as `+info-needed -bug`. Severity 2 when something was taken back or replaced: it was
 * wrong. Severity 1 when only something was added: what was there still stands.
 */
export function detectCorrection(feedback: Feedback): Finding | undefined {
  if (feedback.key !== "correction" || feedback.score !== 0) return undefined;
  const value = feedback.value?.trim() ?? "";
  const onlyAdds = /^\+/.test(value) && !/\s-/.test(value);
  return {
    spanId: feedback.spanId,
    severity: onlyAdds ? 1 : 2,
    reason:
      value === "" ? `Corrected by ${feedback.source}.` : `Corrected by ${feedback.source}: ${value.slice(0, 200)}`,
  };
}

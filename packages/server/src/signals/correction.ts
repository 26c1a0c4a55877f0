import type { Feedback } from "@ratchet/protocol";
import type { Finding } from "./evidence.ts";

const maxTextLength = 200;
/** Of the labels added or removed; the trace's page has all. */
const maxNamed = 3;

/**
 * Somebody corrected the result, as `+info-needed -bug`. Severity 2 when something was taken back or replaced: it was
 * wrong. Severity 1 when only something was added: what was there still stands.
 */
export function detectCorrection(feedback: Feedback): Finding | undefined {
  if (feedback.key !== "correction" || feedback.score !== 0) return undefined;
  const value = feedback.value?.trim() ?? "";
  const onlyAdds = /^\+/.test(value) && !/\s-/.test(value);
  const from = feedback.source === "simulated" ? "" : ` by ${feedback.source}`;
  const what = value === "" ? "." : `: ${describeCorrection(value)}`;
  return { spanId: feedback.spanId, severity: onlyAdds ? 1 : 2, reason: `Corrected${from}${what}` };
}

/** `removed a, b, c and 4 more; added d.`; other text as it is, its beginning when it is long. */
function describeCorrection(value: string): string {
  if (!/^[+-]/.test(value)) return value.length > maxTextLength ? `${value.slice(0, maxTextLength)}…` : value;
  const changes = value.split(/\s+(?=[+-])/);
  const describe = (verb: string, sign: string) => {
    const labels = changes.filter((change) => change.startsWith(sign)).map((change) => change.slice(1).trim());
    const rest = labels.length > maxNamed ? ` and ${labels.length - maxNamed} more` : "";
    return labels.length === 0 ? [] : [`${verb} ${labels.slice(0, maxNamed).join(", ")}${rest}`];
  };
  return `${[...describe("removed", "-"), ...describe("added", "+")].join("; ")}.`;
}

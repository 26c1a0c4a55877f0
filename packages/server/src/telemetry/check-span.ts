/** Why a span cannot be stored; the others of its export still are. */
import type { OtlpSpan } from "./otlp.ts";

const maxAheadMs = 24 * 3600 * 1000;
/** Spans are partitioned by month, and the engine refuses an insert that touches more than 100 months. */
const maxAgeMs = 7 * 365 * 24 * 3600 * 1000;

/** A sentence for the client, or `null` for a good span. */
export function findFault(span: OtlpSpan, now: Date): string | null {
  if (span.traceId === "" && span.spanId === "") {
    return "A span has no ids. Logs and metrics sent to /v1/traces look like this.";
  }
  if (!isId(span.traceId, 32)) return `The trace id ${quote(span.traceId)} is not 16 bytes other than zero.`;
  if (!isId(span.spanId, 16)) return `The span id ${quote(span.spanId)} is not 8 bytes other than zero.`;
  if (span.parentSpanId !== "" && !/^[0-9a-f]{16}$/.test(span.parentSpanId)) {
    return `The parent span id ${quote(span.parentSpanId)} is not 8 bytes.`;
  }
  if (span.startMicros === 0) return `The span ${span.spanId} has no start time.`;
  const fault = findTimeFault(span.startMicros, now) ?? findTimeFault(Math.max(span.endMicros, span.startMicros), now);
  return fault === null ? null : `The span ${span.spanId} ${fault}`;
}

/** Of a time in microseconds since 1970. */
export function findTimeFault(timeMicros: number, now: Date): string | null {
  const earliest = (now.getTime() - maxAgeMs) * 1000;
  const latest = (now.getTime() + maxAheadMs) * 1000;
  if (timeMicros < earliest || timeMicros > latest) {
    return "lies more than a day ahead or seven years ago. Are its times nanoseconds since 1970?";
  }
  return null;
}

function isId(id: string, digits: number): boolean {
  return id.length === digits && /^[0-9a-f]+$/.test(id) && !/^0+$/.test(id);
}

function quote(id: string): string {
  return JSON.stringify(id.slice(0, 40));
}

/** A logs export as it was sent, whatever its encoding. Strings may still hold anything. */
import type { Attributes, AttributeValue } from "./otlp.ts";

export interface OtlpLogRecord {
  /** Lower-case hex of whatever length was sent; empty without a span context. */
  traceId: string;
  spanId: string;
  /** Empty for a plain line. */
  eventName: string;
  /** Microseconds since 1970, when it happened, else when it was collected; 0 when neither is told. */
  timeMicros: number;
  /** `SeverityNumber`, 1 to 24; 0 when it tells none. */
  severity: number;
  severityText: string;
  body: AttributeValue;
  attributes: Attributes;
  scopeName: string;
}

export interface OtlpLogResource {
  attributes: Attributes;
  records: OtlpLogRecord[];
}

/** The event's name is a field since 2025, and was an attribute before. */
export function keepEventName(record: OtlpLogRecord): void {
  const named = record.attributes.get("event.name");
  if (record.eventName === "" && typeof named === "string") record.eventName = named;
}

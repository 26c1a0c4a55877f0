/** A span with some attributes, as the conventions read it: for tests of these. */
import { normalise } from "../src/telemetry/normalise.ts";
import type { Attributes, AttributeValue, OtlpEvent, OtlpSpan } from "../src/telemetry/otlp.ts";
import type { Span } from "../src/telemetry/span.ts";

interface SpanParts extends Partial<Omit<OtlpSpan, "attributes" | "events">> {
  events?: { name: string; attributes: Record<string, AttributeValue> }[];
  resource?: Record<string, AttributeValue>;
}

/** It starts at 1 s and ends at 2 s after 1970. */
export function readSpan(
  attributes: Record<string, AttributeValue>,
  { events = [], resource = {}, ...span }: SpanParts = {},
): Span {
  const sent: OtlpSpan = {
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    parentSpanId: "",
    name: "step",
    startMicros: 1_000_000,
    endMicros: 2_000_000,
    statusCode: 0,
    statusMessage: "",
    scopeName: "",
    scopeVersion: "",
    ...span,
    attributes: toAttributes(attributes),
    events: events.map((event): OtlpEvent => ({ ...event, timeMicros: 1, attributes: toAttributes(event.attributes) })),
  };
  return normalise(sent, toAttributes(resource), { id: 1, slug: "default" });
}

function toAttributes(attributes: Record<string, AttributeValue>): Attributes {
  return new Map(Object.entries(attributes));
}

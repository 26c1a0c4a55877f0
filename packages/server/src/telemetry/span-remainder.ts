/**
 * What OTLP tells of a span in fields that the product has none for: kept as attributes and events, under the names that
 * OpenTelemetry gives them for such formats, so that it is found and shown.
 */
import type { Attributes, OtlpEvent, OtlpSpan } from "./otlp.ts";

export interface SpanRemainder {
  /** `SpanKind`: 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  kind: number;
  traceState: string;
  droppedAttributes: number;
  droppedEvents: number;
  droppedLinks: number;
  links: OtlpLink[];
}

export interface OtlpLink {
  /** Lower-case hex. */
  traceId: string;
  spanId: string;
  traceState: string;
  attributes: Attributes;
  droppedAttributes: number;
}

const kinds = ["", "", "server", "client", "producer", "consumer"];

export function newRemainder(): SpanRemainder {
  return { kind: 0, traceState: "", droppedAttributes: 0, droppedEvents: 0, droppedLinks: 0, links: [] };
}

/** Changes the span. Attributes that the application has set itself stay. */
export function keepRemainder(span: OtlpSpan, remainder: SpanRemainder): void {
  const { attributes } = span;
  keep(attributes, "otel.span.kind", kinds[remainder.kind]);
  keep(attributes, "w3c.tracestate", remainder.traceState);
  keepDropped(attributes, remainder.droppedAttributes);
  keep(attributes, "otel.dropped_events_count", remainder.droppedEvents);
  keep(attributes, "otel.dropped_links_count", remainder.droppedLinks);
  for (const link of remainder.links) span.events.push(toEvent(link, span.startMicros));
}

/** Of a span, an event, a link or a log record. */
export function keepDropped(attributes: Attributes, droppedAttributes: number): void {
  keep(attributes, "otel.dropped_attributes_count", droppedAttributes);
}

function toEvent(
  { traceId, spanId, traceState, attributes, droppedAttributes }: OtlpLink,
  timeMicros: number,
): OtlpEvent {
  keep(attributes, "link.trace_id", traceId);
  keep(attributes, "link.span_id", spanId);
  keep(attributes, "w3c.tracestate", traceState);
  keepDropped(attributes, droppedAttributes);
  return { name: "otel.link", timeMicros, attributes };
}

function keep(attributes: Attributes, key: string, value: string | number | undefined): void {
  if (value !== undefined && value !== "" && value !== 0 && !attributes.has(key)) attributes.set(key, value);
}

/** `ExportTraceServiceRequest` in OTLP/JSON → what was sent. */

import {
  isObject,
  type JsonObject,
  JsonValues,
  listOf,
  parseJsonBody,
  toCount,
  toEnum,
  toId,
  toMicros,
  toScope,
  toText,
} from "./json-values.ts";
import type { OtlpEvent, OtlpResource, OtlpSpan } from "./otlp.ts";
import type { Scope } from "./protobuf-values.ts";
import { keepDropped, keepRemainder, type OtlpLink } from "./span-remainder.ts";

const statusCodes = ["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"];
const spanKinds = ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"].map(
  (name) => `SPAN_KIND_${name}`,
);

/** @throws DecodeError */
export function decodeJson(body: Buffer): OtlpResource[] {
  const values = new JsonValues();
  return listOf(parseJsonBody(body), "resourceSpans").map((resourceSpans) => {
    values.budget.spend();
    return {
      attributes: values.readResource(resourceSpans),
      spans: listOf(resourceSpans, "scopeSpans").flatMap((scopeSpans) => {
        const scope = toScope(scopeSpans);
        return listOf(scopeSpans, "spans").map((span) => toSpan(span, scope, values));
      }),
    };
  });
}

function toSpan(span: JsonObject, scope: Scope, values: JsonValues): OtlpSpan {
  values.budget.spend();
  const status = isObject(span.status) ? span.status : {};
  const read: OtlpSpan = {
    traceId: toId(span.traceId, 16),
    spanId: toId(span.spanId, 8),
    parentSpanId: toId(span.parentSpanId, 8),
    name: toText(span.name),
    startMicros: toMicros(span.startTimeUnixNano),
    endMicros: toMicros(span.endTimeUnixNano),
    statusCode: toEnum(status.code, statusCodes),
    statusMessage: toText(status.message),
    attributes: values.readAttributes(span),
    events: listOf(span, "events").map((event) => toEvent(event, values)),
    scopeName: scope.name,
    scopeVersion: scope.version,
  };
  keepRemainder(read, {
    kind: toEnum(span.kind, spanKinds),
    traceState: toText(span.traceState),
    droppedAttributes: toCount(span.droppedAttributesCount),
    droppedEvents: toCount(span.droppedEventsCount),
    droppedLinks: toCount(span.droppedLinksCount),
    links: listOf(span, "links").map((link) => toLink(link, values)),
  });
  return read;
}

function toEvent(event: JsonObject, values: JsonValues): OtlpEvent {
  values.budget.spend();
  const attributes = values.readAttributes(event);
  keepDropped(attributes, toCount(event.droppedAttributesCount));
  return { name: toText(event.name), timeMicros: toMicros(event.timeUnixNano), attributes };
}

function toLink(link: JsonObject, values: JsonValues): OtlpLink {
  values.budget.spend();
  return {
    traceId: toId(link.traceId, 16),
    spanId: toId(link.spanId, 8),
    traceState: toText(link.traceState),
    attributes: values.readAttributes(link),
    droppedAttributes: toCount(link.droppedAttributesCount),
  };
}

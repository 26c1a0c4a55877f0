/** `ExportTraceServiceRequest` in protobuf → what was sent. Hand-written, as it is the hot path: measured 1.4 to 4 times faster than the libraries. */

import type { OtlpEvent, OtlpResource, OtlpSpan } from "./otlp.ts";
import { ProtobufValues } from "./protobuf-values.ts";
import { keepDropped, keepRemainder, newRemainder, type OtlpLink, type SpanRemainder } from "./span-remainder.ts";

/** Tags of opentelemetry-proto's `trace.proto`: `field << 3 | wireType`. */
const request = { resourceSpans: 0x0a };
const resourceSpans = { resource: 0x0a, scopeSpans: 0x12 };
const scopeSpans = { scope: 0x0a, span: 0x12 };
const span = {
  traceId: 0x0a,
  spanId: 0x12,
  traceState: 0x1a,
  parentSpanId: 0x22,
  name: 0x2a,
  kind: 0x30,
  startNanos: 0x39,
  endNanos: 0x41,
  attribute: 0x4a,
  droppedAttributes: 0x50,
  event: 0x5a,
  droppedEvents: 0x60,
  link: 0x6a,
  droppedLinks: 0x70,
  status: 0x7a,
};
const event = { timeNanos: 0x09, name: 0x12, attribute: 0x1a, droppedAttributes: 0x20 };
const link = { traceId: 0x0a, spanId: 0x12, traceState: 0x1a, attribute: 0x22, droppedAttributes: 0x28 };
const status = { message: 0x12, code: 0x18 };

/** @throws DecodeError */
export function decodeProtobuf(body: Buffer): OtlpResource[] {
  const values = new ProtobufValues(body);
  const { reader } = values;
  const resources: OtlpResource[] = [];
  while (reader.next()) {
    if (reader.tag === request.resourceSpans) resources.push(readResourceSpans(values));
    else reader.skip();
  }
  return resources;
}

function readResourceSpans(values: ProtobufValues): OtlpResource {
  const { reader } = values;
  values.budget.spend();
  const read: OtlpResource = { attributes: new Map(), spans: [] };
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.tag === resourceSpans.resource) values.readResource(read.attributes);
    else if (reader.tag === resourceSpans.scopeSpans) readScopeSpans(values, read.spans);
    else reader.skip();
  }
  reader.leave(outer);
  return read;
}

function readScopeSpans(values: ProtobufValues, spans: OtlpSpan[]): void {
  const { reader } = values;
  values.budget.spend();
  const first = spans.length;
  let scope = { name: "", version: "" };
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.tag === scopeSpans.span) spans.push(readSpan(values));
    else if (reader.tag === scopeSpans.scope) scope = values.readScope();
    else reader.skip();
  }
  reader.leave(outer);
  // The scope may stand behind its spans.
  for (let index = first; index < spans.length; index++) {
    const read = spans[index] as OtlpSpan;
    read.scopeName = scope.name;
    read.scopeVersion = scope.version;
  }
}

function readSpan(values: ProtobufValues): OtlpSpan {
  const { reader } = values;
  values.budget.spend();
  const read: OtlpSpan = {
    traceId: "",
    spanId: "",
    parentSpanId: "",
    name: "",
    startMicros: 0,
    endMicros: 0,
    statusCode: 0,
    statusMessage: "",
    attributes: new Map(),
    events: [],
    scopeName: "",
    scopeVersion: "",
  };
  const remainder = newRemainder();
  const outer = reader.enter();
  while (reader.next()) {
    switch (reader.tag) {
      case span.traceId:
        read.traceId = reader.readBytes("hex");
        break;
      case span.spanId:
        read.spanId = reader.readBytes("hex");
        break;
      case span.parentSpanId:
        read.parentSpanId = reader.readBytes("hex");
        break;
      case span.name:
        read.name = reader.readString();
        break;
      case span.startNanos:
        read.startMicros = reader.readNanosAsMicros();
        break;
      case span.endNanos:
        read.endMicros = reader.readNanosAsMicros();
        break;
      case span.attribute:
        values.readKeyValue(read.attributes, 0);
        break;
      case span.event:
        read.events.push(readEvent(values));
        break;
      case span.status:
        readStatus(values, read);
        break;
      default:
        readRemainder(values, remainder);
    }
  }
  reader.leave(outer);
  keepRemainder(read, remainder);
  return read;
}

function readRemainder(values: ProtobufValues, remainder: SpanRemainder): void {
  const { reader } = values;
  switch (reader.tag) {
    case span.kind:
      remainder.kind = reader.readEnum();
      return;
    case span.traceState:
      remainder.traceState = reader.readString();
      return;
    case span.link:
      remainder.links.push(readLink(values));
      return;
    case span.droppedAttributes:
      remainder.droppedAttributes = reader.readEnum();
      return;
    case span.droppedEvents:
      remainder.droppedEvents = reader.readEnum();
      return;
    case span.droppedLinks:
      remainder.droppedLinks = reader.readEnum();
      return;
    default:
      reader.skip();
  }
}

function readEvent(values: ProtobufValues): OtlpEvent {
  const { reader } = values;
  values.budget.spend();
  const read: OtlpEvent = { name: "", timeMicros: 0, attributes: new Map() };
  let droppedAttributes = 0;
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.tag === event.timeNanos) read.timeMicros = reader.readNanosAsMicros();
    else if (reader.tag === event.name) read.name = reader.readString();
    else if (reader.tag === event.attribute) values.readKeyValue(read.attributes, 0);
    else if (reader.tag === event.droppedAttributes) droppedAttributes = reader.readEnum();
    else reader.skip();
  }
  reader.leave(outer);
  keepDropped(read.attributes, droppedAttributes);
  return read;
}

function readLink(values: ProtobufValues): OtlpLink {
  const { reader } = values;
  values.budget.spend();
  const read: OtlpLink = { traceId: "", spanId: "", traceState: "", attributes: new Map(), droppedAttributes: 0 };
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.tag === link.traceId) read.traceId = reader.readBytes("hex");
    else if (reader.tag === link.spanId) read.spanId = reader.readBytes("hex");
    else if (reader.tag === link.traceState) read.traceState = reader.readString();
    else if (reader.tag === link.attribute) values.readKeyValue(read.attributes, 0);
    else if (reader.tag === link.droppedAttributes) read.droppedAttributes = reader.readEnum();
    else reader.skip();
  }
  reader.leave(outer);
  return read;
}

function readStatus({ reader }: ProtobufValues, read: OtlpSpan): void {
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.tag === status.message) read.statusMessage = reader.readString();
    else if (reader.tag === status.code) read.statusCode = reader.readEnum();
    else reader.skip();
  }
  reader.leave(outer);
}

/** `ExportTraceServiceRequest` in protobuf → what was sent. Hand-written, as it is the hot path: measured 1.4 to 4 times faster than the libraries. */

import type { OtlpEvent, OtlpResource, OtlpSpan } from "./otlp.ts";
import { type Attributes, type AttributeValue, DecodeBudget, DecodeError, maxDepth } from "./otlp.ts";
import { ProtobufReader } from "./protobuf-reader.ts";

/** Tags of opentelemetry-proto's `trace.proto`, `common.proto`: `field << 3 | wireType`. */
const request = { resourceSpans: 0x0a };
const resourceSpans = { resource: 0x0a, scopeSpans: 0x12 };
const resource = { attribute: 0x0a };
const scopeSpans = { scope: 0x0a, span: 0x12 };
const scope = { name: 0x0a, version: 0x12 };
const span = {
  traceId: 0x0a,
  spanId: 0x12,
  parentSpanId: 0x22,
  name: 0x2a,
  startNanos: 0x39,
  endNanos: 0x41,
  attribute: 0x4a,
  event: 0x5a,
  status: 0x7a,
};
const event = { timeNanos: 0x09, name: 0x12, attribute: 0x1a };
const status = { message: 0x12, code: 0x18 };
const keyValue = { key: 0x0a, value: 0x12 };
const anyValue = { string: 0x0a, boolean: 0x10, int: 0x18, double: 0x21, array: 0x2a, list: 0x32, bytes: 0x3a };
const values = { value: 0x0a };

/** @throws DecodeError */
export function decodeProtobuf(body: Buffer): OtlpResource[] {
  return new TraceDecoder(body).decode();
}

class TraceDecoder {
  readonly #reader: ProtobufReader;
  readonly #budget = new DecodeBudget();

  constructor(body: Buffer) {
    this.#reader = new ProtobufReader(body);
  }

  decode(): OtlpResource[] {
    const reader = this.#reader;
    const resources: OtlpResource[] = [];
    while (reader.next()) {
      if (reader.tag === request.resourceSpans) resources.push(this.#readResource());
      else reader.skip();
    }
    return resources;
  }

  #readResource(): OtlpResource {
    const reader = this.#reader;
    this.#budget.spend();
    const read: OtlpResource = { attributes: new Map(), spans: [] };
    const outer = reader.enter();
    while (reader.next()) {
      if (reader.tag === resourceSpans.resource) this.#readAttributes(resource.attribute, read.attributes);
      else if (reader.tag === resourceSpans.scopeSpans) this.#readScope(read.spans);
      else reader.skip();
    }
    reader.leave(outer);
    return read;
  }

  #readScope(spans: OtlpSpan[]): void {
    const reader = this.#reader;
    const first = spans.length;
    let from = { scopeName: "", scopeVersion: "" };
    const outer = reader.enter();
    while (reader.next()) {
      if (reader.tag === scopeSpans.span) spans.push(this.#readSpan());
      else if (reader.tag === scopeSpans.scope) from = this.#readScopeName();
      else reader.skip();
    }
    reader.leave(outer);
    for (const read of spans.slice(first)) Object.assign(read, from);
  }

  #readScopeName(): Pick<OtlpSpan, "scopeName" | "scopeVersion"> {
    const reader = this.#reader;
    const read = { scopeName: "", scopeVersion: "" };
    const outer = reader.enter();
    while (reader.next()) {
      if (reader.tag === scope.name) read.scopeName = reader.readString();
      else if (reader.tag === scope.version) read.scopeVersion = reader.readString();
      else reader.skip();
    }
    reader.leave(outer);
    return read;
  }

  #readSpan(): OtlpSpan {
    const reader = this.#reader;
    this.#budget.spend();
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
          this.#readKeyValue(read.attributes, 0);
          break;
        case span.event:
          read.events.push(this.#readEvent());
          break;
        case span.status:
          this.#readStatus(read);
          break;
        default:
          reader.skip();
      }
    }
    reader.leave(outer);
    return read;
  }

  #readEvent(): OtlpEvent {
    const reader = this.#reader;
    this.#budget.spend();
    const read: OtlpEvent = { name: "", timeMicros: 0, attributes: new Map() };
    const outer = reader.enter();
    while (reader.next()) {
      if (reader.tag === event.timeNanos) read.timeMicros = reader.readNanosAsMicros();
      else if (reader.tag === event.name) read.name = reader.readString();
      else if (reader.tag === event.attribute) this.#readKeyValue(read.attributes, 0);
      else reader.skip();
    }
    reader.leave(outer);
    return read;
  }

  #readStatus(read: OtlpSpan): void {
    const reader = this.#reader;
    const outer = reader.enter();
    while (reader.next()) {
      if (reader.tag === status.message) read.statusMessage = reader.readString();
      else if (reader.tag === status.code) read.statusCode = reader.readEnum();
      else reader.skip();
    }
    reader.leave(outer);
  }

  #readAttributes(tag: number, into: Attributes): void {
    const reader = this.#reader;
    const outer = reader.enter();
    while (reader.next()) {
      if (reader.tag === tag) this.#readKeyValue(into, 0);
      else reader.skip();
    }
    reader.leave(outer);
  }

  #readKeyValue(into: Attributes, depth: number): void {
    const reader = this.#reader;
    let key = "";
    let value: AttributeValue = null;
    const outer = reader.enter();
    while (reader.next()) {
      if (reader.tag === keyValue.key) key = reader.readString();
      else if (reader.tag === keyValue.value) value = this.#readValue(depth);
      else reader.skip();
    }
    reader.leave(outer);
    into.set(key, value);
  }

  #readValue(depth: number): AttributeValue {
    const reader = this.#reader;
    this.#budget.spend();
    if (depth > maxDepth) throw new DecodeError(`An attribute value nests deeper than ${maxDepth} levels.`);
    let value: AttributeValue = null;
    const outer = reader.enter();
    while (reader.next()) {
      switch (reader.tag) {
        case anyValue.string:
          value = reader.readString();
          break;
        case anyValue.boolean:
          value = reader.readBoolean();
          break;
        case anyValue.int:
          value = reader.readInt64();
          break;
        case anyValue.double:
          value = reader.readDouble();
          break;
        case anyValue.array:
          value = this.#readArray(depth + 1);
          break;
        case anyValue.list:
          value = this.#readList(depth + 1);
          break;
        case anyValue.bytes:
          value = reader.readBytes("base64");
          break;
        default:
          reader.skip();
      }
    }
    reader.leave(outer);
    return value;
  }

  #readArray(depth: number): AttributeValue[] {
    const reader = this.#reader;
    const items: AttributeValue[] = [];
    const outer = reader.enter();
    while (reader.next()) {
      if (reader.tag === values.value) items.push(this.#readValue(depth));
      else reader.skip();
    }
    reader.leave(outer);
    return items;
  }

  #readList(depth: number): AttributeValue {
    const reader = this.#reader;
    const entries: Attributes = new Map();
    const outer = reader.enter();
    while (reader.next()) {
      if (reader.tag === values.value) this.#readKeyValue(entries, depth);
      else reader.skip();
    }
    reader.leave(outer);
    return Object.fromEntries(entries);
  }
}

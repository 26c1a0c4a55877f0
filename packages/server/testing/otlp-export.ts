/** Exports as applications send them, made by OpenTelemetry's own serializers: independent of the decoders under test. */
import { randomBytes } from "node:crypto";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { JsonTraceSerializer, ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";

type AttributeValue = string | number | boolean | string[];

export interface TestSpan {
  traceId?: string;
  spanId?: string;
  parentSpanId?: string;
  name?: string;
  /** Milliseconds since 1970; a second ago when absent. */
  startMs?: number;
  /** `null` while it runs; 100 when absent. */
  durationMs?: number | null;
  error?: string;
  attributes?: Record<string, AttributeValue>;
  events?: { name: string; attributes?: Record<string, AttributeValue> }[];
  resource?: Record<string, AttributeValue>;
}

export interface ExportOptions {
  encoding?: "protobuf" | "json";
  compression?: "gzip" | "zstd";
  headers?: Record<string, string>;
}

export const newTraceId = () => randomBytes(16).toString("hex");
export const newSpanId = () => randomBytes(8).toString("hex");

/** Sends the spans to a server's `/v1/traces`. */
export function exportSpans(url: string, spans: TestSpan[], options: ExportOptions = {}): Promise<Response> {
  const { encoding = "protobuf", compression, headers } = options;
  const body = encodeSpans(spans, encoding);
  return fetch(`${url}/v1/traces`, {
    method: "POST",
    headers: {
      "content-type": encoding === "json" ? "application/json" : "application/x-protobuf",
      ...(compression && { "content-encoding": compression }),
      ...headers,
    },
    body: compression === "gzip" ? gzipSync(body) : compression === "zstd" ? zstdCompressSync(body) : body,
  });
}

export function encodeSpans(spans: TestSpan[], encoding: "protobuf" | "json"): Uint8Array<ArrayBuffer> {
  const serializer = encoding === "json" ? JsonTraceSerializer : ProtobufTraceSerializer;
  return Uint8Array.from(serializer.serializeRequest(spans.map(toReadableSpan)) ?? []);
}

function toReadableSpan(span: TestSpan): ReadableSpan {
  const { traceId = newTraceId(), spanId = newSpanId(), startMs = Date.now() - 1000, durationMs = 100 } = span;
  const startTime = toHrTime(startMs);
  const context = { traceId, traceFlags: 1 };
  return {
    name: span.name ?? "answer",
    kind: 0,
    spanContext: () => ({ ...context, spanId }),
    ...(span.parentSpanId !== undefined && { parentSpanContext: { ...context, spanId: span.parentSpanId } }),
    startTime,
    endTime: durationMs === null ? [0, 0] : toHrTime(startMs + durationMs),
    duration: toHrTime(durationMs ?? 0),
    ended: durationMs !== null,
    status: span.error === undefined ? { code: 0 } : { code: 2, message: span.error },
    attributes: span.attributes ?? {},
    links: [],
    events: (span.events ?? []).map((event) => ({ time: startTime, ...event })),
    resource: resourceFromAttributes(span.resource ?? {}),
    instrumentationScope: { name: "test" },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function toHrTime(ms: number): [number, number] {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}

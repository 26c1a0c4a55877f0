import { JsonLogsSerializer, ProtobufLogsSerializer } from "@opentelemetry/otlp-transformer";
import { describe, expect, it } from "vitest";
import { encodeMetrics, makeLogRecord } from "../../testing/otlp-encode.ts";
import { encodeSpans } from "../../testing/otlp-export.ts";
import { findSignal } from "./find-signal.ts";

const protobuf = "application/x-protobuf";
const json = "application/json";
const record = makeLogRecord({ body: "x", attributes: {} });

describe("the signal of a body", () => {
  it.each([
    ["traces", encodeSpans([{}], "protobuf"), encodeSpans([{}], "json")],
    ["logs", ProtobufLogsSerializer.serializeRequest([record]), JsonLogsSerializer.serializeRequest([record])],
    ["metrics", encodeMetrics("protobuf"), encodeMetrics("json")],
  ] as const)("%s is told by its first item, in both encodings", (signal, asProtobuf, asJson) => {
    expect(findSignal(Buffer.from(asProtobuf ?? []), protobuf)).toBe(signal);
    expect(findSignal(Buffer.from(asJson ?? []), json)).toBe(signal);
  });

  it("is not known of what is empty, or no OTLP", () => {
    for (const text of ["", "{}", "[]", "null", "this is none", '{"spans":[]}']) {
      expect(findSignal(Buffer.from(text), json)).toBeUndefined();
      expect(findSignal(Buffer.from(text), protobuf)).toBeUndefined();
    }
  });

  it("is found behind keys that come first", () => {
    expect(findSignal(Buffer.from('{"comment":"x","resourceLogs":[]}'), json)).toBe("logs");
  });
});

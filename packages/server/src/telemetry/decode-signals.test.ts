import { JsonLogsSerializer, ProtobufLogsSerializer } from "@opentelemetry/otlp-transformer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeMetrics, makeLogRecord } from "../../testing/otlp-encode.ts";
import { encodeSpans } from "../../testing/otlp-export.ts";
import { decodeJson } from "./decode-json.ts";
import { decodeLogsJson, decodeLogsProtobuf } from "./decode-logs.ts";
import { decodeMetricsJson } from "./decode-metrics-json.ts";
import { decodeMetricsProtobuf } from "./decode-metrics-protobuf.ts";
import { decodeProtobuf } from "./decode-protobuf.ts";
import { DecodeError } from "./otlp.ts";

const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((array) => Buffer.from(array).toString("hex"));
/** Log records carry maps and bytes, which spans of OpenTelemetry's JavaScript do not. */
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: "grapheme" }),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.double({ noInteger: true, noNaN: true, noDefaultInfinity: true }),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.string({ minLength: 1 }), tie("value"), { maxKeys: 3 }),
  ),
}));
const record = fc.record({
  traceId: hex(16),
  spanId: hex(8),
  eventName: fc.string({ minLength: 1 }),
  timeMs: fc.integer({ min: 1, max: 4e12 }),
  severityText: fc.string(),
  body: value,
  attributes: fc.dictionary(
    fc.string({ minLength: 1 }).filter((key) => key !== "event.name"),
    value,
    { maxKeys: 4 },
  ),
});

describe("decoding logs", () => {
  it("reads from protobuf and JSON what OpenTelemetry's serializers wrote, maps and lists too", () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 4 }), (records) => {
        const sent = records.map(makeLogRecord);
        const fromProtobuf = decodeLogsProtobuf(Buffer.from(ProtobufLogsSerializer.serializeRequest(sent) ?? []));
        const fromJson = decodeLogsJson(Buffer.from(JsonLogsSerializer.serializeRequest(sent) ?? []));
        expect(fromProtobuf).toEqual(fromJson);
        expect(fromProtobuf.flatMap((resource) => resource.records)).toEqual(
          records.map(({ timeMs, attributes, ...rest }) => ({
            ...rest,
            timeMicros: timeMs * 1000,
            severity: 9,
            attributes: new Map(Object.entries(attributes)),
            scopeName: "test",
          })),
        );
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("takes the time of collection where a record tells none of its own, and a name that is an attribute", () => {
    const sent = {
      observedTimeUnixNano: "1700000000000000000",
      attributes: [{ key: "event.name", value: { stringValue: "gen_ai.choice" } }],
    };
    const body = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [sent] }] }] });
    expect(decodeLogsJson(Buffer.from(body))[0]?.records).toMatchObject([
      { timeMicros: 1_700_000_000_000_000, eventName: "gen_ai.choice", body: null },
    ]);
  });
});

describe("decoding metrics", () => {
  const point = fc.record({
    timeMs: fc.integer({ min: 1, max: 4e12 }),
    value: fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    attributes: fc.dictionary(fc.string({ minLength: 1 }), fc.string({ unit: "grapheme" }), { maxKeys: 3 }),
  });

  it("reads from protobuf and JSON what OpenTelemetry's serializers wrote, of each kind", () => {
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 4 }), (points) => {
        const fromProtobuf = decodeMetricsProtobuf(Buffer.from(encodeMetrics("protobuf", points)));
        expect(fromProtobuf).toEqual(decodeMetricsJson(Buffer.from(encodeMetrics("json", points))));
        const { metrics = [] } = fromProtobuf[0] ?? {};
        expect(metrics.map(({ name, kind, temporality }) => [name, kind, temporality])).toEqual([
          ["gen_ai.gauge", "gauge", ""],
          ["gen_ai.sum", "sum", "delta"],
          ["gen_ai.histogram", "histogram", "delta"],
          ["gen_ai.exponential", "exponential_histogram", "delta"],
        ]);
        for (const { kind, points: read } of metrics) {
          const isNumber = kind === "gauge" || kind === "sum";
          expect(read).toEqual(
            points.map(({ timeMs, value, attributes }) => ({
              attributes: new Map(Object.entries(attributes)),
              startMicros: 1e6,
              timeMicros: timeMs * 1000,
              value,
              count: isNumber ? 1 : 3,
              min: isNumber ? null : -1,
              max: isNumber ? null : value,
              bounds: kind === "histogram" ? [1, 2] : [],
              bucketCounts: kind === "histogram" ? [1, 0, 2] : [],
            })),
          );
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it("reads integers of both signs, beyond a double's precision too", () => {
    const encode = (value: bigint) => {
      const bytes = Buffer.alloc(9);
      bytes[0] = 0x31;
      bytes.writeBigInt64LE(value, 1);
      return bytes;
    };
    const read = (value: bigint) =>
      decodeMetricsProtobuf(nest([0x0a, 0x12, 0x12, 0x3a, 0x0a], encode(value)))[0]?.metrics[0]?.points[0]?.value;
    expect(read(-1n)).toBe(-1);
    expect(read(-(2n ** 63n))).toBe(-(2 ** 63));
    expect(read(42n)).toBe(42);
  });
});

describe("every decoder", () => {
  const span = { attributes: { a: 1, b: ["x"] }, events: [{ name: "e", attributes: { c: 0.5 } }] };
  const aRecord = makeLogRecord({
    traceId: "ab".repeat(16),
    spanId: "cd".repeat(8),
    body: { a: [1] },
    attributes: { b: "x" },
  });
  const decoders = [
    { decode: decodeProtobuf, valid: encodeSpans([span, span], "protobuf") },
    { decode: decodeLogsProtobuf, valid: ProtobufLogsSerializer.serializeRequest([aRecord, aRecord]) },
    { decode: decodeMetricsProtobuf, valid: encodeMetrics("protobuf") },
    { decode: decodeJson, valid: encodeSpans([span], "json") },
    { decode: decodeLogsJson, valid: JsonLogsSerializer.serializeRequest([aRecord]) },
    { decode: decodeMetricsJson, valid: encodeMetrics("json") },
  ].map(({ decode, valid }) => ({ decode: decode as (body: Buffer) => unknown, valid: Buffer.from(valid ?? []) }));

  /** Bytes cut off, replaced, put in or left out. */
  const damage = (valid: Buffer) =>
    fc.oneof(
      fc.nat(valid.length).map((end) => valid.subarray(0, end)),
      fc
        .array(fc.record({ at: fc.nat(valid.length - 1), byte: fc.nat(255) }), { minLength: 1, maxLength: 8 })
        .map((changes) => {
          const copy = Buffer.from(valid);
          for (const { at, byte } of changes) copy[at] = byte;
          return copy;
        }),
      fc
        .record({ at: fc.nat(valid.length), gone: fc.nat(20), added: fc.uint8Array({ maxLength: 20 }) })
        .map(({ at, gone, added }) => Buffer.concat([valid.subarray(0, at), added, valid.subarray(at + gone)])),
    );

  it("reads or refuses damaged and foreign bodies, and throws nothing else", () => {
    const body = fc.oneof(
      ...decoders.map(({ valid }) => damage(valid)),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc.json({ maxDepth: 6 }).map((text) => Buffer.from(text)),
      fc
        .constantFrom("resourceSpans", "resourceLogs", "resourceMetrics")
        .chain((key) => fc.jsonValue({ maxDepth: 6 }).map((inner) => Buffer.from(JSON.stringify({ [key]: inner })))),
    );
    fc.assert(
      fc.property(body, (bytes) => {
        // Beyond its end lies memory of others: what is read of it would show.
        const within = Buffer.concat([bytes, Buffer.alloc(64, 0xff)]).subarray(0, bytes.length);
        for (const { decode } of decoders) expect(attempt(decode, within)).toEqual(attempt(decode, Buffer.from(bytes)));
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it("refuses groups, which OTLP has none of", () => {
    for (const { decode } of decoders.slice(0, 3)) {
      expect(() => decode(Buffer.from([0x0b, 0x0c]))).toThrow("wire type 3");
    }
  });

  it("passes over references into a table of strings, which only profiles have", () => {
    const keyValue = Buffer.from([0x18, 1, 0x12, 2, 0x40, 7]);
    const [resource] = decodeLogsProtobuf(nest([0x0a, 0x12, 0x12, 0x32], keyValue));
    expect(resource?.records[0]?.attributes).toEqual(new Map([["", null]]));
  });

  it("refuses a JSON body of millions of values before it is parsed", () => {
    const body = Buffer.from(`{"resourceSpans":[${"{},".repeat(5_000_000)}{}]}`);
    for (const decode of [decodeJson, decodeLogsJson, decodeMetricsJson]) {
      expect(() => decode(body)).toThrow("smaller parts");
    }
  });
});

/** What was read, or that it was refused. */
function attempt(decode: (body: Buffer) => unknown, body: Buffer): unknown {
  try {
    return decode(body);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return "refused";
  }
}

/** Messages of less than 128 bytes within each other, the first tag outermost. */
function nest(tags: readonly number[], inner: Buffer): Buffer {
  return tags.reduceRight((body, tag) => Buffer.concat([Buffer.from([tag, body.length]), body]), inner);
}

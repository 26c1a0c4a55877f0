import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeSpans } from "../../testing/otlp-export.ts";
import { decodeJson } from "./decode-json.ts";
import { decodeProtobuf } from "./decode-protobuf.ts";
import { DecodeError } from "./otlp.ts";

const attributeValue = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.boolean(),
  fc.maxSafeInteger(),
  fc.double({ noInteger: true, noNaN: true, noDefaultInfinity: true }),
  fc.array(fc.string()),
);
const span = fc.record({
  traceId: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString("hex")),
  spanId: fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString("hex")),
  name: fc.string({ unit: "grapheme" }),
  startMs: fc.integer({ min: 1, max: 4e12 }),
  durationMs: fc.option(fc.nat(1e9)),
  error: fc.string(),
  attributes: fc.dictionary(fc.string({ minLength: 1 }), attributeValue, { maxKeys: 6 }),
  resource: fc.constant({ "service.name": "api" }),
});

describe("decoding OTLP", () => {
  it("reads from protobuf and JSON what OpenTelemetry's serializers wrote", () => {
    fc.assert(
      fc.property(fc.array(span, { maxLength: 4 }), (spans) => {
        const fromProtobuf = decodeProtobuf(Buffer.from(encodeSpans(spans, "protobuf")));
        const fromJson = decodeJson(Buffer.from(encodeSpans(spans, "json")));
        expect(fromProtobuf).toEqual(fromJson);
        expect(fromProtobuf.flatMap((resource) => resource.spans)).toMatchObject(
          spans.map((sent) => ({
            traceId: sent.traceId,
            spanId: sent.spanId,
            parentSpanId: "",
            name: sent.name,
            startMicros: sent.startMs * 1000,
            endMicros: sent.durationMs === null ? 0 : (sent.startMs + sent.durationMs) * 1000,
            statusCode: 2,
            statusMessage: sent.error,
            attributes: new Map(Object.entries(sent.attributes)),
          })),
        );
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("either reads or refuses any bytes, and never reads beyond them", () => {
    const valid = encodeSpans([{ attributes: { a: 1, b: ["x"] }, events: [{ name: "e" }] }], "protobuf");
    const cut = fc.nat(valid.length).map((end) => valid.slice(0, end));
    const changed = fc.record({ at: fc.nat(valid.length - 1), byte: fc.nat(255) }).map(({ at, byte }) => {
      const copy = valid.slice();
      copy[at] = byte;
      return copy;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), cut, changed), (bytes) => {
        for (const decode of [decodeProtobuf, decodeJson]) {
          try {
            decode(Buffer.from(bytes));
          } catch (error) {
            expect(error).toBeInstanceOf(DecodeError);
          }
        }
      }),
      { seed: 1, numRuns: 3000 },
    );
  });

  it("refuses a value that nests without end, in both encodings", () => {
    let json = '{"stringValue":"x"}';
    let protobuf = Buffer.from([0x0a, 1, 120]);
    for (let depth = 0; depth < 100; depth++) {
      json = `{"arrayValue":{"values":[${json}]}}`;
      protobuf = field(0x2a, field(0x0a, protobuf));
    }
    const attribute = (value: Buffer) => field(0x4a, field(0x12, value));
    const exported = field(0x0a, field(0x12, field(0x12, attribute(protobuf))));
    expect(() => decodeProtobuf(exported)).toThrow("nests deeper");
    const body = `{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":[{"key":"a","value":${json}}]}]}]}]}`;
    expect(() => decodeJson(Buffer.from(body))).toThrow("nests deeper");
  });

  it("refuses millions of empty spans before they fill the memory", () => {
    const spans = Buffer.alloc(2 * 2_100_000, Buffer.from([0x12, 0]));
    expect(() => decodeProtobuf(field(0x0a, field(0x12, spans)))).toThrow("smaller parts");
  });

  it("tolerates what JSON encoders do differently", () => {
    const exported = {
      resourceSpans: [
        {
          scopeSpans: [
            {
              spans: [
                {
                  traceId: "0AF7651916CD43DD8448EB211C80319C",
                  spanId: Buffer.from("b7ad6b7169203331", "hex").toString("base64"),
                  parentSpanId: null,
                  startTimeUnixNano: 1_764_000_000_000_000_000,
                  status: { code: "STATUS_CODE_ERROR" },
                  attributes: [
                    { key: "int", value: { intValue: "5" } },
                    { key: "int", value: { intValue: 6 } },
                    { key: "big", value: { intValue: "9007199254740993" } },
                    { key: "map", value: { kvlistValue: { values: [{ key: "k", value: { boolValue: true } }] } } },
                    { key: "nothing", value: null },
                  ],
                  unknownField: {},
                },
              ],
            },
          ],
        },
      ],
    };
    const [resource] = decodeJson(Buffer.from(JSON.stringify(exported)));
    expect(resource?.spans[0]).toMatchObject({
      traceId: "0af7651916cd43dd8448eb211c80319c",
      spanId: "b7ad6b7169203331",
      parentSpanId: "",
      startMicros: 1_764_000_000_000_000,
      statusCode: 2,
      attributes: new Map<string, unknown>([
        ["int", 6],
        ["big", "9007199254740993"],
        ["map", { k: true }],
        ["nothing", null],
      ]),
    });
  });

  it("says how attributes are written when they are an object", () => {
    const body = '{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":{"a":1}}]}]}]}';
    expect(() => decodeJson(Buffer.from(body))).toThrow('[{"key":"…"');
  });
});

function field(tag: number, content: Buffer): Buffer<ArrayBuffer> {
  const length: number[] = [];
  let rest = content.length;
  for (; rest > 127; rest = Math.floor(rest / 128)) length.push((rest % 128) | 128);
  return Buffer.concat([Buffer.from([tag, ...length, rest]), content]);
}

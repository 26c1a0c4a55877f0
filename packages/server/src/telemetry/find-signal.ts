/** Which of OTLP's signals a body holds, by its first item: for addresses that do not say it, and for those that say another. */
import { isObject } from "./json-values.ts";
import type { OtlpEncoding } from "./otlp-response.ts";
import { ProtobufReader } from "./protobuf-reader.ts";

export const signals = ["traces", "logs", "metrics"] as const;
export type Signal = (typeof signals)[number];

const jsonKeys = { traces: "resourceSpans", logs: "resourceLogs", metrics: "resourceMetrics" };
/** All signals have a resource's scopes in field 1, a scope's items in field 2 of those, and the items in field 2. */
const path = [0x0a, 0x12, 0x12];
/** Fields that only spans, or only log records, have with these wire types. */
const startOrEndOfSpan = new Set([0x39, 0x41]);
const timeOfRecord = new Set([0x09, 0x59]);
/** A metric's data share their numbers with a span's fields; but what is a name there is a trace id of 16 bytes here. */
const nameOfMetric = 0x0a;
const traceIdBytes = 16;
const dataOfMetric = new Set([0x2a, 0x3a, 0x4a, 0x52, 0x5a]);

/** Undefined when the body is empty, or does not show it: a span without times, a record without one. */
export function findSignal(body: Buffer, encoding: OtlpEncoding): Signal | undefined {
  return encoding === "application/json" ? findInJson(body) : findInProtobuf(body);
}

/** The first key is looked for in the text: parsing would cost as much as decoding. */
function findInJson(body: Buffer): Signal | undefined {
  const [, first] = /^\s*\{\s*"(\w{1,40})"\s*:/.exec(body.toString("latin1", 0, 200)) ?? [];
  const known = signals.find((signal) => jsonKeys[signal] === first);
  if (known !== undefined || first === undefined || body.length > 65_536) return known;
  try {
    const parsed: unknown = JSON.parse(body.toString("utf8"));
    return isObject(parsed) ? signals.find((signal) => jsonKeys[signal] in parsed) : undefined;
  } catch {
    return undefined;
  }
}

function findInProtobuf(body: Buffer): Signal | undefined {
  try {
    const reader = new ProtobufReader(body);
    for (const tag of path) {
      if (!advanceTo(reader, tag)) return undefined;
      reader.enter();
    }
    const tags = new Set<number>();
    let hasName = false;
    while (reader.next()) {
      tags.add(reader.tag);
      if (reader.tag === nameOfMetric) hasName = reader.readBytes("hex").length !== traceIdBytes * 2;
      else reader.skip();
    }
    if (!tags.isDisjointFrom(startOrEndOfSpan)) return "traces";
    if (!tags.isDisjointFrom(timeOfRecord)) return "logs";
    return hasName && !tags.isDisjointFrom(dataOfMetric) ? "metrics" : undefined;
  } catch {
    // The decoder says better what is wrong.
    return undefined;
  }
}

function advanceTo(reader: ProtobufReader, tag: number): boolean {
  for (; reader.next(); reader.skip()) if (reader.tag === tag) return true;
  return false;
}

/** `ExportLogsServiceRequest`, in protobuf or OTLP/JSON → what was sent. */

import {
  type JsonObject,
  JsonValues,
  listOf,
  parseJsonBody,
  toCount,
  toId,
  toMicros,
  toScope,
  toText,
} from "./json-values.ts";
import { keepEventName, type OtlpLogRecord, type OtlpLogResource } from "./otlp-logs.ts";
import { ProtobufValues } from "./protobuf-values.ts";
import { keepDropped } from "./span-remainder.ts";

/** Tags of opentelemetry-proto's `logs.proto`: `field << 3 | wireType`. */
const request = { resourceLogs: 0x0a };
const resourceLogs = { resource: 0x0a, scopeLogs: 0x12 };
const scopeLogs = { scope: 0x0a, record: 0x12 };
const record = {
  timeNanos: 0x09,
  severity: 0x10,
  severityText: 0x1a,
  body: 0x2a,
  attribute: 0x32,
  droppedAttributes: 0x38,
  traceId: 0x4a,
  spanId: 0x52,
  observedNanos: 0x59,
  eventName: 0x62,
};

/** @throws DecodeError */
export function decodeLogsProtobuf(body: Buffer): OtlpLogResource[] {
  const values = new ProtobufValues(body);
  const { reader } = values;
  const resources: OtlpLogResource[] = [];
  while (reader.next()) {
    if (reader.tag === request.resourceLogs) resources.push(readResourceLogs(values));
    else reader.skip();
  }
  return resources;
}

/** @throws DecodeError */
export function decodeLogsJson(body: Buffer): OtlpLogResource[] {
  const values = new JsonValues();
  return listOf(parseJsonBody(body), "resourceLogs").map((ofResource) => {
    values.budget.spend();
    return {
      attributes: values.readResource(ofResource),
      records: listOf(ofResource, "scopeLogs").flatMap((ofScope) => {
        const { name } = toScope(ofScope);
        return listOf(ofScope, "logRecords").map((sent) => toRecord(sent, name, values));
      }),
    };
  });
}

function readResourceLogs(values: ProtobufValues): OtlpLogResource {
  const { reader } = values;
  values.budget.spend();
  const read: OtlpLogResource = { attributes: new Map(), records: [] };
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.tag === resourceLogs.resource) values.readResource(read.attributes);
    else if (reader.tag === resourceLogs.scopeLogs) readScopeLogs(values, read.records);
    else reader.skip();
  }
  reader.leave(outer);
  return read;
}

function readScopeLogs(values: ProtobufValues, records: OtlpLogRecord[]): void {
  const { reader } = values;
  values.budget.spend();
  const first = records.length;
  let scopeName = "";
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.tag === scopeLogs.record) records.push(readRecord(values));
    else if (reader.tag === scopeLogs.scope) scopeName = values.readScope().name;
    else reader.skip();
  }
  reader.leave(outer);
  for (let index = first; index < records.length; index++) (records[index] as OtlpLogRecord).scopeName = scopeName;
}

function readRecord(values: ProtobufValues): OtlpLogRecord {
  const { reader } = values;
  values.budget.spend();
  const read = newRecord();
  let observedMicros = 0;
  let droppedAttributes = 0;
  const outer = reader.enter();
  while (reader.next()) {
    switch (reader.tag) {
      case record.timeNanos:
        read.timeMicros = reader.readNanosAsMicros();
        break;
      case record.observedNanos:
        observedMicros = reader.readNanosAsMicros();
        break;
      case record.severity:
        read.severity = reader.readEnum();
        break;
      case record.severityText:
        read.severityText = reader.readString();
        break;
      case record.body:
        read.body = values.readValue(0);
        break;
      case record.attribute:
        values.readKeyValue(read.attributes, 0);
        break;
      case record.droppedAttributes:
        droppedAttributes = reader.readEnum();
        break;
      case record.traceId:
        read.traceId = reader.readBytes("hex");
        break;
      case record.spanId:
        read.spanId = reader.readBytes("hex");
        break;
      case record.eventName:
        read.eventName = reader.readString();
        break;
      default:
        reader.skip();
    }
  }
  reader.leave(outer);
  read.timeMicros ||= observedMicros;
  keepDropped(read.attributes, droppedAttributes);
  keepEventName(read);
  return read;
}

function toRecord(sent: JsonObject, scopeName: string, values: JsonValues): OtlpLogRecord {
  values.budget.spend();
  const read: OtlpLogRecord = {
    traceId: toId(sent.traceId, 16),
    spanId: toId(sent.spanId, 8),
    eventName: toText(sent.eventName),
    timeMicros: toMicros(sent.timeUnixNano) || toMicros(sent.observedTimeUnixNano),
    // By name, it is left out: the text says the same.
    severity: toCount(sent.severityNumber),
    severityText: toText(sent.severityText),
    body: values.readValue(sent.body, 0),
    attributes: values.readAttributes(sent),
    scopeName,
  };
  keepDropped(read.attributes, toCount(sent.droppedAttributesCount));
  keepEventName(read);
  return read;
}

function newRecord(): OtlpLogRecord {
  return {
    traceId: "",
    spanId: "",
    eventName: "",
    timeMicros: 0,
    severity: 0,
    severityText: "",
    body: null,
    attributes: new Map(),
    scopeName: "",
  };
}

/** A log record as it was sent → what is kept of it: messages of its span, or an event of its span. */
import { hash } from "node:crypto";
import type { Payload } from "@ratchet/protocol";
import type { ProjectScope } from "../router.ts";
import { boundText } from "../telemetry/bound-text.ts";
import { isContentEvent, isEventContentKey, readContentEvent } from "../telemetry/content-events.ts";
import type { AttributeValue } from "../telemetry/otlp.ts";
import type { OtlpLogRecord } from "../telemetry/otlp-logs.ts";

const maxNameCharacters = 500;
const maxAttributes = 200;
const maxKeyCharacters = 300;
const maxValueCharacters = 65_536;
const maxMessageCharacters = 4 * 1024 * 1024;

export interface LogRecord {
  project: ProjectScope;
  /** 32 and 16 hex digits. */
  traceId: string;
  spanId: string;
  /** Digits of an unsigned 64-bit hash: the same record sent again has the same. */
  id: string;
  /** Of the event, or of the severity of a plain line. */
  name: string;
  /** When it happened, in microseconds since 1970; payloads are found by it. */
  startMicros: number;
  scope: string;
  /** Messages for the span; empty for what is only an event. */
  input: Payload[];
  output: Payload[];
  attributes: Record<string, string>;
}

/**
 * Gives records of one export their ids. Clients repeat a whole export: so two that are equal within one are two, as of a
 * history that says the same twice in a millisecond, and the next export's are the same again.
 */
export function createRecordIds(): (sent: OtlpLogRecord) => string {
  const seen = new Map<string, number>();
  return (sent) => {
    const { traceId, spanId, eventName, timeMicros, severity, body, attributes } = sent;
    const content = JSON.stringify([traceId, spanId, eventName, timeMicros, severity, body, [...attributes]]);
    const digest = hash("sha1", content, "hex");
    const ordinal = seen.get(digest) ?? 0;
    seen.set(digest, ordinal + 1);
    return hash("sha1", `${digest}/${ordinal}`, "buffer").readBigUInt64LE().toString();
  };
}

/** @param nowMicros For a record that tells no time. */
export function toLogRecord(sent: OtlpLogRecord, id: string, project: ProjectScope, nowMicros: number): LogRecord {
  const content = readContentEvent({ name: sent.eventName, attributes: sent.attributes, body: sent.body });
  return {
    project,
    traceId: sent.traceId,
    spanId: sent.spanId,
    id,
    name: boundText(sent.eventName || sent.severityText.toLowerCase() || "log", maxNameCharacters),
    startMicros: sent.timeMicros || nowMicros,
    scope: boundText(sent.scopeName, maxNameCharacters),
    input: boundPayloads(content?.input),
    output: boundPayloads(content?.output),
    attributes: keepAttributes(sent, content?.finishReasons ?? []),
  };
}

function keepAttributes(sent: OtlpLogRecord, finishReasons: string[]): Record<string, string> {
  const isContent = isContentEvent(sent.eventName);
  const kept: [string, string][] = [];
  const keep = (key: string, value: AttributeValue) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    kept.push([boundText(key, maxKeyCharacters), boundText(text, maxValueCharacters)]);
  };
  for (const [key, value] of sent.attributes) {
    if (kept.length >= maxAttributes) break;
    if (!isContent || !isEventContentKey(key)) keep(key, value);
  }
  if (finishReasons.length > 0) keep("gen_ai.response.finish_reasons", finishReasons);
  if (!isContent && sent.body !== null && sent.body !== "") keep("log.body", sent.body);
  if (sent.severityText !== "" || sent.severity > 0) keep("log.severity", sent.severityText || sent.severity);
  return Object.fromEntries(kept);
}

function boundPayloads(payloads: Payload[] = []): Payload[] {
  return payloads.map(({ role, content }) => ({
    role: boundText(role, maxNameCharacters),
    content: boundText(content, maxMessageCharacters),
  }));
}

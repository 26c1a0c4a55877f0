/** OTLP/JSON as OpenTelemetry's collector writes it: 64-bit integers as text, bytes in base64, ids in hex, several resources and scopes. */

export type JsonValue = string | number | boolean | Uint8Array | JsonValue[] | { [key: string]: JsonValue };

export interface TestLogRecord {
  traceId?: string;
  spanId?: string;
  eventName?: string;
  /** Milliseconds since 1970. */
  timeMs?: number;
  severityText?: string;
  body?: JsonValue;
  attributes?: Record<string, JsonValue>;
  resource?: Record<string, JsonValue>;
}

/** Sends the records to a server's `/v1/logs`. */
export function exportLogs(
  url: string,
  records: TestLogRecord[],
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${url}/v1/logs`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ resourceLogs: records.map(toResourceLogs) }),
  });
}

function toResourceLogs(record: TestLogRecord) {
  const {
    traceId = "",
    spanId = "",
    eventName,
    timeMs = Date.now(),
    severityText,
    body,
    attributes,
    resource,
  } = record;
  const timeUnixNano = toNanos(timeMs);
  return {
    resource: { attributes: toAttributes(resource ?? {}) },
    scopeLogs: [
      {
        scope: { name: "test" },
        logRecords: [
          {
            timeUnixNano,
            observedTimeUnixNano: timeUnixNano,
            severityNumber: 9,
            ...(severityText !== undefined && { severityText }),
            ...(eventName !== undefined && { eventName }),
            ...(body !== undefined && { body: toAnyValue(body) }),
            attributes: toAttributes(attributes ?? {}),
            flags: 1,
            traceId,
            spanId,
          },
        ],
      },
    ],
  };
}

export function toNanos(timeMs: number): string {
  return String(BigInt(Math.round(timeMs * 1000)) * 1000n);
}

export function toAttributes(attributes: Record<string, JsonValue>) {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: toAnyValue(value) }));
}

function toAnyValue(value: JsonValue): object {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number") return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString("base64") };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(toAnyValue) } };
  return { kvlistValue: { values: toAttributes(value) } };
}

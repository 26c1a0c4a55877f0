/** What exports are answered, in the request's encoding: `Export…ServiceResponse`, or `google.rpc.Status`. */
import { type ProblemCode, problems } from "@ratchet/protocol";
import type { ProblemError } from "../problem.ts";
import type { Signal } from "./find-signal.ts";
import type { Rejected } from "./rejections.ts";

export type OtlpEncoding = "application/x-protobuf" | "application/json";

/** `google.rpc.Code` of each problem. */
export const rpcCodes: Record<ProblemCode, number> = {
  "invalid-request": 3,
  "invalid-query": 3,
  unauthenticated: 16,
  forbidden: 7,
  "not-found": 5,
  "unknown-project": 5,
  conflict: 9,
  "too-large": 8,
  "unsupported-media-type": 3,
  "too-busy": 8,
  internal: 13,
  unavailable: 14,
};

const rejectedKeys = { traces: "rejectedSpans", logs: "rejectedLogRecords", metrics: "rejectedDataPoints" };
/** Sentences may quote what was sent; OTLP 1.11 asks for answers below 4 MiB, and gRPC puts them into headers of some KiB. */
const maxReasonCharacters = 2000;

/** Where exports are posted: `/v1/…`, the same below `/otlp`, and their base paths, where the body tells the signal. */
export function isExport(method: string, path: string): boolean {
  return path.startsWith("/v1/") || path.startsWith("/otlp/") || (method === "POST" && /^\/(otlp)?$/.test(path));
}

/** Undefined when the content type is none of OTLP's two; parameters such as a charset do not matter. */
export function toOtlpEncoding(contentType: string | undefined): OtlpEncoding | undefined {
  const type = contentType?.split(";", 1)[0]?.trim().toLowerCase();
  return type === "application/x-protobuf" || type === "application/json" ? type : undefined;
}

/** 200. With something rejected it is a partial success: the client must not send that again. */
export function toExportResponse(signal: Signal, encoding: OtlpEncoding, rejected: Rejected): Response {
  if (encoding === "application/x-protobuf") return respond(encoding, 200, encodeExportResponse(rejected));
  const partialSuccess = {
    [rejectedKeys[signal]]: String(rejected.count),
    errorMessage: bounded(rejected.reason),
  };
  return respond(encoding, 200, JSON.stringify(rejected.reason === "" ? {} : { partialSuccess }));
}

/** `Export…ServiceResponse`, the same for all signals: no bytes for a full success. A reason without a count is a warning. */
export function encodeExportResponse({ count, reason }: Rejected): Buffer<ArrayBuffer> {
  if (reason === "") return Buffer.alloc(0);
  return bytesField(1, Buffer.concat([numberField(1, count), textField(2, bounded(reason))]));
}

/** A refusal. JSON when the request's own encoding is not OTLP's. */
export function toOtlpErrorResponse(error: ProblemError, contentType: string | undefined): Response {
  const encoding = toOtlpEncoding(contentType) ?? "application/json";
  const body =
    encoding === "application/json"
      ? JSON.stringify({ code: rpcCodes[error.code], message: bounded(error.message) })
      : encodeStatus(error);
  const response = respond(encoding, problems[error.code].status, body);
  if (error.retryAfterSeconds !== undefined) response.headers.set("retry-after", String(error.retryAfterSeconds));
  if (error.code === "unauthenticated") response.headers.set("www-authenticate", 'Bearer realm="ratchet"');
  return response;
}

/** `google.rpc.Status`; with when to retry as `google.rpc.RetryInfo`, without which gRPC's clients give up. */
export function encodeStatus({ code, message, retryAfterSeconds }: ProblemError): Buffer<ArrayBuffer> {
  const fields = [numberField(1, rpcCodes[code]), textField(2, bounded(message))];
  if (retryAfterSeconds !== undefined) {
    const duration = numberField(1, retryAfterSeconds);
    const any = [textField(1, "type.googleapis.com/google.rpc.RetryInfo"), bytesField(2, bytesField(1, duration))];
    fields.push(bytesField(3, Buffer.concat(any)));
  }
  return Buffer.concat(fields);
}

function bounded(sentence: string): string {
  return sentence.slice(0, maxReasonCharacters);
}

function respond(encoding: OtlpEncoding, status: number, body: string | Buffer<ArrayBuffer>): Response {
  return new Response(body, { status, headers: { "content-type": encoding } });
}

/** Protobuf leaves a zero out. */
function numberField(field: number, value: number): Buffer<ArrayBuffer> {
  return value === 0 ? Buffer.alloc(0) : Buffer.from([field << 3, ...varint(value)]);
}

function textField(field: number, text: string): Buffer<ArrayBuffer> {
  return bytesField(field, Buffer.from(text));
}

function bytesField(field: number, bytes: Buffer<ArrayBuffer>): Buffer<ArrayBuffer> {
  return Buffer.concat([Buffer.from([(field << 3) | 2, ...varint(bytes.length)]), bytes]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

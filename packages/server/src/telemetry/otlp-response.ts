/** What `/v1/traces` answers, in the request's encoding: `ExportTraceServiceResponse`, or `google.rpc.Status`. */
import { type ProblemCode, problems } from "@ratchet/protocol";
import type { ProblemError } from "../problem.ts";

export type OtlpEncoding = "application/x-protobuf" | "application/json";

/** `google.rpc.Code` of each problem. */
const rpcCodes: Record<ProblemCode, number> = {
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

/** Undefined when the content type is none of OTLP's two; parameters such as a charset do not matter. */
export function toOtlpEncoding(contentType: string | undefined): OtlpEncoding | undefined {
  const type = contentType?.split(";", 1)[0]?.trim().toLowerCase();
  return type === "application/x-protobuf" || type === "application/json" ? type : undefined;
}

/** 200. With rejected spans it is a partial success: the client must not send those again. */
export function toExportResponse(encoding: OtlpEncoding, rejected: { count: number; reason: string }): Response {
  if (encoding === "application/json") {
    const partialSuccess = { rejectedSpans: String(rejected.count), errorMessage: rejected.reason };
    return respond(encoding, 200, JSON.stringify(rejected.count === 0 ? {} : { partialSuccess }));
  }
  const partialSuccess = Buffer.concat([numberField(1, rejected.count), textField(2, rejected.reason)]);
  return respond(encoding, 200, rejected.count === 0 ? Buffer.alloc(0) : bytesField(1, partialSuccess));
}

/** A refusal. JSON when the request's own encoding is not OTLP's. */
export function toOtlpErrorResponse(error: ProblemError, contentType: string | undefined): Response {
  const encoding = toOtlpEncoding(contentType) ?? "application/json";
  const code = rpcCodes[error.code];
  const body =
    encoding === "application/json"
      ? JSON.stringify({ code, message: error.message })
      : Buffer.concat([numberField(1, code), textField(2, error.message)]);
  const response = respond(encoding, problems[error.code].status, body);
  if (error.retryAfterSeconds !== undefined) response.headers.set("retry-after", String(error.retryAfterSeconds));
  if (error.code === "unauthenticated") response.headers.set("www-authenticate", 'Bearer realm="ratchet"');
  return response;
}

function respond(encoding: OtlpEncoding, status: number, body: string | Buffer<ArrayBuffer>): Response {
  return new Response(body, { status, headers: { "content-type": encoding } });
}

function numberField(field: number, value: number): Buffer<ArrayBuffer> {
  return Buffer.from([field << 3, ...varint(value)]);
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

/** `POST /v1/traces`: OTLP over HTTP, protobuf or JSON, gzip or zstd. */
import { createRoute } from "@hono/zod-openapi";
import { ProblemError } from "../problem.ts";
import { createRouter } from "../router.ts";
import { decodeJson } from "./decode-json.ts";
import { decodeProtobuf } from "./decode-protobuf.ts";
import type { Ingest } from "./ingest.ts";
import { DecodeError } from "./otlp.ts";
import { toExportResponse, toOtlpEncoding } from "./otlp-response.ts";
import { createBodyReader } from "./read-body.ts";

const exportTraces = createRoute({
  method: "post",
  path: "/v1/traces",
  summary: "Receive spans by OTLP/HTTP (protobuf or JSON; gzip, zstd or plain)",
  responses: {
    200: {
      description: "ExportTraceServiceResponse: the spans are durable, but for those that partial_success counts",
    },
    429: { description: "google.rpc.Status: the queue is full; see Retry-After" },
    503: { description: "google.rpc.Status: the spans could not be stored; see Retry-After" },
  },
});

export function telemetryRoutes(ingest: Ingest) {
  const bodies = createBodyReader();
  return createRouter().openapi(exportTraces, async (c) => {
    const encoding = toOtlpEncoding(c.req.header("content-type"));
    if (!encoding) {
      throw new ProblemError(
        "unsupported-media-type",
        "Send application/x-protobuf or application/json (OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf).",
      );
    }
    const resources = await bodies
      .read(c.req.raw, encoding === "application/json" ? decodeJson : decodeProtobuf)
      .catch(refuse);
    const rejected = await ingest.accept(resources, c.var.project, c.var.isProjectNamed);
    return toExportResponse(encoding, rejected);
  });
}

function refuse(error: unknown): never {
  if (error instanceof DecodeError) throw new ProblemError("invalid-request", error.message, { cause: error });
  throw error;
}

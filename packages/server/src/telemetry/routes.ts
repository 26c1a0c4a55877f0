/** `POST /v1/{traces,logs,metrics}`: OTLP over HTTP, protobuf or JSON, gzip or zstd. */
import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { ProblemError } from "../problem.ts";
import { createRouter, type RouterEnv } from "../router.ts";
import { type Signal, signals } from "./find-signal.ts";
import { toExportResponse, toOtlpEncoding } from "./otlp-response.ts";
import type { BodyReader } from "./read-body.ts";
import type { Receive } from "./receive.ts";

const summaries: Record<Signal, string> = {
  traces: "Receive spans by OTLP/HTTP (protobuf or JSON; gzip, zstd or plain)",
  logs: "Receive log records by OTLP/HTTP: those of a span become its messages, events and evaluations",
  metrics: "Receive GenAI metrics by OTLP/HTTP",
};

export function telemetryRoutes(bodies: BodyReader, receive: Receive) {
  const answer = async (c: Context<RouterEnv>, signal?: Signal): Promise<Response> => {
    const encoding = toOtlpEncoding(c.req.header("content-type"));
    if (!encoding) {
      throw new ProblemError(
        "unsupported-media-type",
        "Send application/x-protobuf or application/json (OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf).",
      );
    }
    const received = await bodies.read(c.req.raw, (body) => receive(signal, encoding, body));
    return toExportResponse(received.signal, encoding, await received.accept(c.var.project, c.var.isProjectNamed));
  };
  const router = createRouter();
  for (const signal of signals) {
    router.openapi(describe(signal), (c) => answer(c, signal));
    router.post(`/otlp/v1/${signal}`, (c) => answer(c, signal));
  }
  // OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is used as it is, and often lacks its path.
  router.post("/", (c) => answer(c));
  router.post("/otlp", (c) => answer(c));
  return router;
}

function describe(signal: Signal) {
  return createRoute({
    method: "post",
    path: `/v1/${signal}`,
    summary: summaries[signal],
    responses: {
      200: { description: "Durable, but for what partial_success counts and explains" },
      413: { description: "google.rpc.Status: the body is too large, as sent or decompressed" },
      429: { description: "google.rpc.Status: the queue is full; see Retry-After" },
      503: { description: "google.rpc.Status: it could not be stored; see Retry-After" },
    },
  });
}

import { createServer } from "node:net";
import {
  Client,
  type ClientOptions,
  compressionAlgorithms,
  credentials,
  Metadata,
  type ServiceError,
  status,
} from "@grpc/grpc-js";
import { SpanKind } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import type { TraceList } from "@ratchet/protocol";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestServer } from "../../testing/index.ts";
import { encodeSpans } from "../../testing/otlp-export.ts";
import { openGrpc } from "../http/listen-grpc.ts";
import { ProblemError } from "../problem.ts";
import { type GrpcListener, type GrpcParts, listenGrpc } from "./otlp-grpc.ts";

const tracePath = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
const here = { host: "127.0.0.1", port: 0 };
const project = { id: 1, slug: "default" };

/** Sends bytes as they are; gives the answer's bytes. @throws ServiceError */
function call(
  port: number | undefined,
  body: Uint8Array,
  headers: Record<string, string> = {},
  path = tracePath,
  options: ClientOptions = {},
) {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), options);
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  const asIs = (bytes: Buffer) => bytes;
  return new Promise<Buffer>((resolve, reject) => {
    client.makeUnaryRequest(path, asIs, asIs, Buffer.from(body), metadata, (error, answer) => {
      client.close();
      if (error) reject(error);
      else resolve(answer ?? Buffer.alloc(0));
    });
  });
}

const refusalOf = (calling: Promise<unknown>): Promise<ServiceError> =>
  calling.then(
    () => Promise.reject(new Error("it was accepted")),
    (error: ServiceError) => error,
  );

describe("OTLP over gRPC", () => {
  let server: Awaited<ReturnType<typeof openTestServer>>;
  beforeAll(async () => {
    server = await openTestServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it.each([false, true])("takes spans from OpenTelemetry's own exporter, compressed: %s", async (isCompressed) => {
    const exporter = new OTLPTraceExporter({
      url: `http://127.0.0.1:${server.grpcPort}`,
      compression: (isCompressed ? "gzip" : "none") as never,
    });
    const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] });
    const name = `by grpc, compressed: ${isCompressed}`;
    provider.getTracer("test").startSpan(name, { kind: SpanKind.CLIENT }).end();
    await provider.forceFlush();
    await provider.shutdown();
    const { traces } = (await (await fetch(`${server.url}/api/traces`)).json()) as TraceList;
    expect(traces.map((trace) => trace.name)).toContain(name);
  });

  it("answers an empty export with nothing, and bad spans as a partial success", async () => {
    expect(await call(server.grpcPort, new Uint8Array())).toHaveLength(0);
    const answer = await call(server.grpcPort, encodeSpans([{ spanId: "abcd" }], "protobuf"));
    expect(answer.toString()).toContain('"abcd" is not 8 bytes');
  });

  it("takes logs and metrics by services of their own", async () => {
    for (const path of ["logs.v1.LogsService", "metrics.v1.MetricsService"]) {
      const answer = await call(server.grpcPort, new Uint8Array(), {}, `/opentelemetry.proto.collector.${path}/Export`);
      expect(answer).toHaveLength(0);
    }
  });

  it("refuses as HTTP does, in gRPC's codes", async () => {
    const spans = encodeSpans([{}], "protobuf");
    const unknown = await refusalOf(call(server.grpcPort, spans, { "x-ratchet-project": "nobody" }));
    expect(unknown).toMatchObject({ code: status.NOT_FOUND, details: expect.stringContaining("POST /api/projects") });
    const key = await refusalOf(call(server.grpcPort, spans, { authorization: "Bearer rk_none" }));
    expect(key.code).toBe(status.UNAUTHENTICATED);
    const broken = await refusalOf(call(server.grpcPort, Buffer.from("this is no protobuf")));
    expect(broken).toMatchObject({ code: status.INVALID_ARGUMENT, details: expect.stringContaining("no OTLP") });
  });
});

describe("a gRPC listener", () => {
  const log = pino({ level: "silent" });
  let listener: GrpcListener | undefined;
  const listen = async (parts: Partial<GrpcParts>) => {
    listener = await listenGrpc(here, {
      receive: () => ({ signal: "traces", accept: async () => ({ count: 0, reason: "" }) }),
      authorise: async () => ({ project, isProjectNamed: true }),
      maxBytes: 1024,
      log,
      ...parts,
    });
    return listener.port;
  };
  afterEach(async () => {
    await listener?.close();
    listener = undefined;
  });

  it("says when to come back, where it is too busy or cannot store", async () => {
    for (const [code, expected] of [
      ["too-busy", status.RESOURCE_EXHAUSTED],
      ["unavailable", status.UNAVAILABLE],
    ] as const) {
      const port = await listen({
        receive: () => ({
          signal: "traces",
          accept: async () => {
            throw new ProblemError(code, "Later.", { retryAfterSeconds: 7 });
          },
        }),
      });
      const refusal = await refusalOf(call(port, new Uint8Array()));
      expect(refusal).toMatchObject({ code: expected, details: "Later." });
      const details = refusal.metadata.get("grpc-status-details-bin")[0] as Buffer;
      // Status { code, message, Any { type, RetryInfo { Duration { seconds: 7 } } } }
      expect(details.toString("latin1")).toContain("type.googleapis.com/google.rpc.RetryInfo\x12\x04\x0a\x02\x08\x07");
      await listener?.close();
    }
  });

  it("refuses a message that is too large, also once decompressed, and asks for no repetition", async () => {
    const port = await listen({});
    const refusal = await refusalOf(call(port, new Uint8Array(2000)));
    expect(refusal.code).toBe(status.RESOURCE_EXHAUSTED);
    expect(refusal.metadata.get("grpc-status-details-bin")).toEqual([]);
    const compressed = { "grpc.default_compression_algorithm": compressionAlgorithms.gzip };
    const bomb = await refusalOf(call(port, new Uint8Array(2000), {}, tracePath, compressed));
    expect(bomb).toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
      details: expect.stringContaining("decompresses"),
    });
  });

  it("keeps what went wrong inside to the log", async () => {
    const port = await listen({
      receive: () => {
        throw new Error("secret");
      },
    });
    const refusal = await refusalOf(call(port, new Uint8Array()));
    expect(refusal.code).toBe(status.INTERNAL);
    expect(refusal.details).not.toContain("secret");
  });
});

describe("the port of OTLP over gRPC, where another program has it", () => {
  const taken = createServer();
  let port = 0;
  beforeEach(async () => {
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    port = (taken.address() as { port: number }).port;
  });
  afterEach(() => new Promise((resolve) => taken.close(resolve)));

  const open = (isRequired: boolean, warn: (message: string) => void) =>
    openGrpc(
      { host: "127.0.0.1", otlpGrpc: { port, isRequired }, maxExportBytes: 1024 },
      {
        log: { warn } as never,
        receive: () => ({}) as never,
        authorise: async () => ({ project, isProjectNamed: true }),
      },
    );

  it("is only warned of when it is the usual one", async () => {
    const warnings: string[] = [];
    expect(await open(false, (message) => warnings.push(message))).toBeUndefined();
    expect(warnings.join()).toContain(`Port ${port} of 127.0.0.1 cannot be had for OTLP over gRPC`);
  });

  it("stops the start when it was asked for", async () => {
    await expect(open(true, () => {})).rejects.toThrow(
      "Set RATCHET_OTLP_GRPC_PORT to another one, to 0 for any, or to off.",
    );
  });
});

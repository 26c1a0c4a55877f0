/** Clients as they are, unchanged: OpenTelemetry's own exporters, and what its collector writes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { OTLPTraceExporter as GrpcExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from "@opentelemetry/sdk-trace";
import type { SpanDetail, TraceDetail, TraceList } from "@ratchet/protocol";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openTestServer } from "../../testing/index.ts";
import { newSpanId, newTraceId } from "../../testing/otlp-export.ts";
import { toAttributes, toNanos } from "../../testing/otlp-json.ts";

describe("the receiver", () => {
  let server: Awaited<ReturnType<typeof openTestServer>>;
  beforeAll(async () => {
    server = await openTestServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const get = async <Body>(path: string): Promise<Body> => (await fetch(`${server.url}${path}`)).json() as never;

  it.each<[string, (url: string) => SpanExporter]>([
    ["http/protobuf", (url) => new ProtobufExporter({ url, compression: "gzip" as never })],
    ["http/json", (url) => new JsonExporter({ url })],
  ])("takes what OpenTelemetry's exporter sends by %s", async (_, createExporter) => {
    const exporter = createExporter(`${server.url}/v1/traces`);
    const provider = new TracerProvider({
      resource: resourceFromAttributes({ "service.name": "shop" }),
      spanProcessors: [new BatchSpanProcessor({ exporter })],
    });
    const linked = { traceId: newTraceId(), spanId: newSpanId(), traceFlags: 1 };
    const span = provider.getTracer("test", "1.2").startSpan("chat gpt-4o", {
      kind: SpanKind.CLIENT,
      attributes: { "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 12, ratio: 0.5, tags: ["a", "b"] },
      links: [{ context: linked, attributes: { why: "retry" } }],
    });
    span.addEvent("first token", { index: 0 });
    span.setStatus({ code: SpanStatusCode.ERROR, message: "no answer" });
    span.end();
    const { traceId, spanId } = span.spanContext();
    await provider.forceFlush();
    await provider.shutdown();

    const stored = await get<SpanDetail>(`/api/traces/${traceId}/spans/${spanId}`);
    expect(stored).toMatchObject({
      name: "chat gpt-4o",
      kind: "llm",
      status: "error",
      statusMessage: "no answer",
      scope: "test",
      inputTokens: 12,
      attributes: { ratio: "0.5", tags: '["a","b"]', "otel.span.kind": "client", "service.name": "shop" },
    });
    expect(stored.events).toMatchObject([
      { name: "first token", attributes: { index: "0" } },
      {
        name: "otel.link",
        attributes: { "link.trace_id": linked.traceId, "link.span_id": linked.spanId, why: "retry" },
      },
    ]);
  });

  it.each<[string, () => SpanExporter]>([
    ["http/protobuf", () => new ProtobufExporter()],
    ["grpc", () => new GrpcExporter()],
  ])("takes spans by %s under the variables that the guide says", async (protocol, createExporter) => {
    const guide = readFileSync(join(import.meta.dirname, "../../../../docs/guide/tracing.md"), "utf8");
    const block = guide.match(/^```sh\n[^`]*```$/gm)?.find((text) => text.includes(`_PROTOCOL=${protocol}\n`)) ?? "";
    const variables = [...block.matchAll(/^export (\w+)=(.*)$/gm)];
    expect(variables).toHaveLength(3);
    const here = (value: string) =>
      value.replace("http://localhost:3000", server.url).replace(":4317", `:${server.grpcPort}`);
    for (const [, name = "", value = ""] of variables) vi.stubEnv(name, here(value));
    await fetch(`${server.url}/api/projects`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"slug":"shop"}',
    });
    const provider = new TracerProvider({
      resource: detectResources({ detectors: [envDetector] }),
      spanProcessors: [new BatchSpanProcessor({ exporter: createExporter() })],
    });
    provider.getTracer("test").startSpan(`as documented: ${protocol}`).end();
    await provider.forceFlush();
    await provider.shutdown();
    vi.unstubAllEnvs();
    const { traces } = await get<TraceList>("/api/traces?project=shop");
    expect(traces.map(({ name }) => name)).toContain(`as documented: ${protocol}`);
  });

  it("takes what the collector writes: several resources and scopes, integers as text, bytes in base64", async () => {
    const [traceId, firstId, secondId] = [newTraceId(), newSpanId(), newSpanId()];
    const toSpan = (spanId: string, name: string) => ({
      traceId,
      spanId,
      parentSpanId: spanId === secondId ? firstId : "",
      traceState: "vendor=1",
      flags: 257,
      name,
      kind: 2,
      startTimeUnixNano: toNanos(Date.now() - 100),
      endTimeUnixNano: toNanos(Date.now()),
      attributes: toAttributes({
        count: 9_007_199_254_740_991,
        raw: Buffer.from("bytes"),
        nested: { list: [1, "two"], flag: true },
      }),
      droppedAttributesCount: 3,
      droppedEventsCount: 2,
      events: [{ timeUnixNano: toNanos(Date.now()), name: "noted", droppedAttributesCount: 1 }],
      status: {},
    });
    const resourceSpans = [
      { name: "first", spanId: firstId },
      { name: "second", spanId: secondId },
    ].map(({ name, spanId }) => ({
      resource: { attributes: toAttributes({ "service.name": name }), droppedAttributesCount: 0 },
      scopeSpans: [
        { scope: { name: "empty" } },
        {
          scope: { name, version: "1" },
          spans: [toSpan(spanId, name)],
          schemaUrl: "https://opentelemetry.io/schemas/1.42.0",
        },
      ],
      schemaUrl: "",
    }));
    const response = await fetch(`${server.url}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8", "user-agent": "OpenTelemetry Collector" },
      body: JSON.stringify({ resourceSpans }),
    });
    expect(await response.json()).toEqual({});
    const { spans } = await get<TraceDetail>(`/api/traces/${traceId}`);
    expect(spans.map(({ name, parentSpanId }) => [name, parentSpanId])).toEqual([
      ["first", null],
      ["second", firstId],
    ]);
    const second = await get<SpanDetail>(`/api/traces/${traceId}/spans/${secondId}`);
    expect(second.scope).toBe("second");
    expect(second.attributes).toMatchObject({
      "service.name": "second",
      count: "9007199254740991",
      raw: "Ynl0ZXM=",
      nested: '{"list":[1,"two"],"flag":true}',
      "otel.span.kind": "server",
      "w3c.tracestate": "vendor=1",
      "otel.dropped_attributes_count": "3",
      "otel.dropped_events_count": "2",
    });
    expect(second.events[0]?.attributes).toEqual({ "otel.dropped_attributes_count": "1" });
  });

  it("takes an export below /otlp, and on a base path by what it holds", async () => {
    const post = (path: string, body: object) =>
      fetch(`${server.url}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const makeTraces = (traceId: string) => {
      const times = { startTimeUnixNano: toNanos(Date.now() - 5), endTimeUnixNano: toNanos(Date.now()) };
      return { resourceSpans: [{ scopeSpans: [{ spans: [{ traceId, spanId: newSpanId(), name: "x", ...times }] }] }] };
    };
    for (const path of ["/otlp/v1/traces", "/otlp", "/"]) {
      const traceId = newTraceId();
      expect((await post(path, makeTraces(traceId))).status).toBe(200);
      expect((await get<TraceDetail>(`/api/traces/${traceId}`)).spans).toHaveLength(1);
    }
    const logs = await post("/", { resourceLogs: [{ scopeLogs: [{ logRecords: [{}] }] }] });
    expect(await logs.json()).toMatchObject({ partialSuccess: { rejectedLogRecords: "1" } });
    expect((await post("/otlp", {})).status).toBe(200);
    const unknown = await post("/", { spans: [] });
    expect(unknown.status).toBe(400);
    expect(await unknown.json()).toMatchObject({ code: 3, message: expect.stringContaining("/v1/traces, /v1/logs") });
  });

  it("names the right address where an export went to the wrong one", async () => {
    const logs = await fetch(`${server.url}/v1/metrics`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"resourceLogs":[]}',
    });
    expect(logs.status).toBe(400);
    expect(await logs.json()).toMatchObject({
      message: "The body holds logs, and was sent to metrics: POST /v1/logs.",
    });
  });
});

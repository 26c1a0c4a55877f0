import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { AggregationType, MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import type { MetricList } from "@ratchet/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestServer } from "../../testing/index.ts";
import { toNanos } from "../../testing/otlp-json.ts";

describe("GenAI metrics", () => {
  let server: Awaited<ReturnType<typeof openTestServer>>;
  beforeAll(async () => {
    server = await openTestServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const list = async (query = ""): Promise<MetricList> =>
    (await fetch(`${server.url}/api/metrics${query}`)).json() as Promise<MetricList>;
  const send = (metrics: object[]) =>
    fetch(`${server.url}/v1/metrics`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] }),
    });

  it("are kept of every kind that OpenTelemetry's own exporter sends", async () => {
    const exporter = new OTLPMetricExporter({ url: `${server.url}/v1/metrics` });
    const provider = new MeterProvider({
      resource: resourceFromAttributes({ "service.name": "shop", "process.pid": 7 }),
      readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
      views: [
        {
          instrumentName: "gen_ai.client.operation.time_to_first_chunk",
          aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM },
        },
      ],
    });
    const meter = provider.getMeter("test");
    const duration = meter.createHistogram("gen_ai.client.operation.duration", {
      unit: "s",
      description: "How long a call takes",
      advice: { explicitBucketBoundaries: [0.5, 1] },
    });
    for (const seconds of [0.25, 0.75, 3]) duration.record(seconds, { "gen_ai.request.model": "gpt-4o" });
    meter.createHistogram("gen_ai.client.operation.time_to_first_chunk").record(0.2);
    meter.createCounter("gen_ai.client.inference.usage.input_tokens").add(1200, { "gen_ai.provider.name": "openai" });
    meter.createGauge("gen_ai.server.queue").record(-3);
    meter.createCounter("http.server.requests").add(1);
    await provider.shutdown();

    const { metrics, isTruncated } = await list();
    expect(isTruncated).toBe(false);
    expect(metrics.map(({ name, kind, temporality }) => [name, kind, temporality])).toEqual([
      ["gen_ai.client.inference.usage.input_tokens", "sum", "cumulative"],
      ["gen_ai.client.operation.duration", "histogram", "cumulative"],
      ["gen_ai.client.operation.time_to_first_chunk", "exponential_histogram", "cumulative"],
      ["gen_ai.server.queue", "gauge", null],
    ]);
    const [tokens, durations, , queue] = metrics;
    expect(tokens?.series[0]).toMatchObject({
      attributes: { "service.name": "shop", "gen_ai.provider.name": "openai" },
      points: [{ value: 1200, count: 1 }],
    });
    expect(durations).toMatchObject({ unit: "s", description: "How long a call takes" });
    expect(durations?.series[0]?.points[0]).toMatchObject({
      value: 4,
      count: 3,
      min: 0.25,
      max: 3,
      bounds: [0.5, 1],
      bucketCounts: [1, 1, 1],
    });
    expect(queue?.series[0]?.points[0]?.value).toBe(-3);
  });

  it("are found by name and time, the newest first to stay, and are there once", async () => {
    const firstMs = Date.now() - 60_000;
    const dataPoints = [0, 1, 2].map((second) => ({
      timeUnixNano: toNanos(firstMs + second * 1000),
      asInt: String(second),
    }));
    const named = { name: "gen_ai.test.level", gauge: { dataPoints } };
    for (let attempt = 0; attempt < 2; attempt++) expect(await (await send([named])).json()).toEqual({});
    const values = async (query: string) => {
      const { metrics, isTruncated } = await list(`?name=gen_ai.test.level${query}`);
      return {
        values: metrics.flatMap(({ series }) => series.flatMap(({ points }) => points.map((p) => p.value))),
        isTruncated,
      };
    };
    expect(await values("")).toEqual({ values: [0, 1, 2], isTruncated: false });
    expect(await values("&limit=2")).toEqual({ values: [1, 2], isTruncated: true });
    const from = new Date(firstMs + 500).toISOString();
    const to = new Date(firstMs + 1500).toISOString();
    expect(await values(`&from=${from}&to=${to}`)).toEqual({ values: [1], isTruncated: false });
  });

  it("are all that is kept: of others the client is told how many points were left out", async () => {
    const dataPoints = [1, 2].map((asDouble) => ({ timeUnixNano: toNanos(Date.now()), asDouble }));
    const response = await send([{ name: "process.cpu.time", sum: { dataPoints } }]);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      partialSuccess: {
        rejectedDataPoints: "2",
        errorMessage: "Only metrics whose names begin with gen_ai. are kept.",
      },
    });
    expect(await (await fetch(`${server.url}/metrics`)).text()).toMatch(/^ratchet_metric_points_rejected_total [2-9]/m);
  });
});

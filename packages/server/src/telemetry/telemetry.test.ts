import { gzipSync } from "node:zlib";
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import type { SpanDetail, TraceDetail, TraceList } from "@ratchet/protocol";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestServer } from "../../testing/index.ts";
import { encodeSpans, exportSpans, newSpanId, newTraceId, type TestSpan } from "../../testing/otlp-export.ts";

describe("the OTLP receiver", () => {
  let server: Awaited<ReturnType<typeof openTestServer>>;
  beforeAll(async () => {
    server = await openTestServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const get = async <Body>(path: string, project = "default"): Promise<Body> =>
    (await fetch(`${server.url}${path}`, { headers: { "x-ratchet-project": project } })).json() as Promise<Body>;
  const openTrace = (traceId: string) => get<TraceDetail>(`/api/traces/${traceId}`);
  const openSpan = (traceId: string, spanId: string) => get<SpanDetail>(`/api/traces/${traceId}/spans/${spanId}`);
  const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>) =>
    fetch(`${server.url}/v1/traces`, { method: "POST", headers, body });
  const makeProject = (slug: string) =>
    fetch(`${server.url}/api/projects`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ slug }),
    });

  it.each([
    ["protobuf", undefined],
    ["protobuf", "gzip"],
    ["protobuf", "zstd"],
    ["json", undefined],
    ["json", "gzip"],
  ] as const)(
    "takes %s with compression %s, and the spans are there once it has answered",
    async (encoding, compression) => {
      const [traceId, rootId, callId] = [newTraceId(), newSpanId(), newSpanId()];
      const startMs = Date.now() - 5000;
      const response = await exportSpans(
        server.url,
        [
          {
            traceId,
            spanId: callId,
            parentSpanId: rootId,
            name: "chat gpt-4o-mini",
            startMs: startMs + 10,
            attributes: {
              "gen_ai.operation.name": "chat",
              "gen_ai.request.model": "gpt-4o-mini",
              "gen_ai.provider.name": "openai",
              "gen_ai.usage.input_tokens": 1000,
              "gen_ai.usage.output_tokens": 100,
              "gen_ai.input.messages": JSON.stringify([
                { role: "system", parts: [{ type: "text", content: "Be kind." }] },
                { role: "user", parts: [{ type: "text", content: "Why is the sky blue? 🌍" }] },
              ]),
              "gen_ai.output.messages": JSON.stringify([
                { role: "assistant", parts: [{ type: "text", content: "Rayleigh." }], finish_reason: "stop" },
              ]),
              "app.shard": 7,
              "app.flags": ["a", "b"],
            },
            events: [{ name: "retry", attributes: { attempt: 2 } }],
          },
          {
            traceId,
            spanId: rootId,
            name: "answer",
            startMs,
            durationMs: 1500,
            attributes: {
              "ratchet.span.kind": "agent",
              "ratchet.input": JSON.stringify({ question: "Why is the sky blue?" }),
              "ratchet.output": JSON.stringify("Rayleigh."),
              "ratchet.tags": ["sky"],
              "ratchet.metadata.repo": "a/b",
              "ratchet.release": "R-3",
              "ratchet.rollout.id": "RO-2",
              "ratchet.rollout.arm": "candidate",
              "ratchet.rollout.unit": "a/b#7",
              "ratchet.rollout.planned_share": 0.25,
              "session.id": "a/b#7",
              "user.id": "ada",
              // An agent's total repeats its calls': it is not added.
              "gen_ai.usage.input_tokens": 1000,
            },
            resource: { "service.name": "api", "deployment.environment.name": "prod" },
          },
        ],
        { encoding, ...(compression && { compression }) },
      );
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe(
        encoding === "json" ? "application/json" : "application/x-protobuf",
      );
      expect(await response.text()).toBe(encoding === "json" ? "{}" : "");

      const { trace, spans, input, output, metadata } = await openTrace(traceId);
      expect(trace).toMatchObject({
        name: "answer",
        kind: "agent",
        status: "ok",
        durationMs: 1500,
        spanCount: 2,
        errorCount: 0,
        inputTokens: 1000,
        outputTokens: 100,
        inputPreview: "Why is the sky blue?",
        outputPreview: "Rayleigh.",
        sessionId: "a/b#7",
        userId: "ada",
        tags: ["sky"],
        environment: "prod",
        release: "R-3",
        exposure: { rollout: "RO-2", arm: "candidate", unit: "a/b#7", plannedShare: 0.25 },
      });
      expect(trace.costUsd).toBeCloseTo(1000 * 0.15e-6 + 100 * 0.6e-6, 9);
      expect(spans.map((span) => [span.spanId, span.parentSpanId])).toEqual([
        [rootId, null],
        [callId, rootId],
      ]);
      expect(input).toEqual([{ role: "input", content: '{"question":"Why is the sky blue?"}' }]);
      expect(output).toEqual([{ role: "output", content: "Rayleigh." }]);
      expect(metadata).toEqual({ repo: "a/b" });

      const call = await openSpan(traceId, callId);
      expect(call).toMatchObject({ kind: "llm", model: "gpt-4o-mini", provider: "openai", inputBytes: 8 + 25 });
      expect(call.input).toEqual([
        { role: "system", content: "Be kind." },
        { role: "user", content: "Why is the sky blue? 🌍" },
      ]);
      expect(call.output).toEqual([{ role: "assistant", content: "Rayleigh." }]);
      expect(call.attributes).toMatchObject({
        "app.shard": "7",
        "app.flags": '["a","b"]',
        "gen_ai.operation.name": "chat",
      });
      expect(call.attributes).not.toHaveProperty("gen_ai.input.messages");
      expect(call.events).toMatchObject([{ name: "retry", attributes: { attempt: "2" } }]);
    },
  );

  it("answers an empty export", async () => {
    expect((await exportSpans(server.url, [])).status).toBe(200);
    expect((await post("{}", { "content-type": "application/json" })).status).toBe(200);
  });

  it("keeps the good spans of an export, and counts the others with their reason", async () => {
    const good = newTraceId();
    const spans: TestSpan[] = [
      { traceId: good, spanId: newSpanId() },
      { traceId: "0".repeat(32) },
      { spanId: "abcd" },
      { startMs: Date.UTC(1999, 1) },
    ];
    const json = await exportSpans(server.url, spans, { encoding: "json" });
    expect(json.status).toBe(200);
    const { partialSuccess } = (await json.json()) as {
      partialSuccess: { rejectedSpans: string; errorMessage: string };
    };
    expect(partialSuccess.rejectedSpans).toBe("3");
    expect(partialSuccess.errorMessage).toContain('"abcd" is not 8 bytes');
    expect(partialSuccess.errorMessage).toContain("seven years ago");
    expect((await openTrace(good)).trace.spanCount).toBe(1);

    const protobuf = await exportSpans(server.url, spans);
    const decoded = ProtobufTraceSerializer.deserializeResponse(new Uint8Array(await protobuf.arrayBuffer()));
    expect(Number(decoded.partialSuccess?.rejectedSpans)).toBe(3);
    expect(decoded.partialSuccess?.errorMessage).toContain("is not 8 bytes");
  });

  it("stores a span that is sent twice once", async () => {
    const spans = [{ traceId: newTraceId(), spanId: newSpanId() }];
    const before = (await get<TraceList>("/api/traces")).total;
    await exportSpans(server.url, spans);
    await exportSpans(server.url, spans);
    const { traces, total } = await get<TraceList>("/api/traces?limit=500");
    expect(total).toBe(before + 1);
    expect(traces.filter((trace) => trace.traceId === spans[0]?.traceId)).toHaveLength(1);
    expect((await openTrace(spans[0]?.traceId ?? "")).spans).toHaveLength(1);
  });

  it("shows a span while it runs, then as it ended, also when the running copy comes last", async () => {
    const [traceId, spanId] = [newTraceId(), newSpanId()];
    const startMs = Date.now() - 60_000;
    const running = { traceId, spanId, startMs, durationMs: null };
    await exportSpans(server.url, [running]);
    const { trace } = await openTrace(traceId);
    expect(trace.status).toBe("running");
    expect(trace.durationMs).toBeGreaterThanOrEqual(60_000);
    await exportSpans(server.url, [{ traceId, spanId, startMs, durationMs: 250, error: "no answer" }]);
    await exportSpans(server.url, [running]);
    expect((await openTrace(traceId)).trace).toMatchObject({
      status: "error",
      durationMs: 250,
      errorCount: 1,
      spanCount: 1,
    });
    const { traces } = await get<TraceList>("/api/traces?status=running&limit=500");
    expect(traces.map((listed) => listed.traceId)).not.toContain(traceId);
    const [span] = (await openTrace(traceId)).spans;
    expect(span?.statusMessage).toBe("no answer");
  });

  it("takes the project from the header, else from the resource, else the default one", async () => {
    await makeProject("from-header");
    await makeProject("from-resource");
    const send = (traceId: string, headers: Record<string, string>, project: string) =>
      exportSpans(server.url, [{ traceId, resource: { "ratchet.project": project } }], { headers, encoding: "json" });
    const [first, second, third] = [newTraceId(), newTraceId(), newTraceId()];
    await send(first, { "x-ratchet-project": "from-header" }, "from-resource");
    await send(second, {}, "from-resource");
    const unknown = await send(third, {}, "nobody");
    const list = async (project: string) => (await get<TraceList>("/api/traces", project)).traces.map((t) => t.traceId);
    expect(await list("from-header")).toEqual([first]);
    expect(await list("from-resource")).toEqual([second]);
    expect(JSON.stringify(await unknown.json())).toContain("There is no project");
    const project = await get<{ firstSpanAt: string | null }>("/api/projects/from-resource");
    expect(project.firstSpanAt).not.toBeNull();
  });

  it("refuses as google.rpc.Status in the request's encoding", async () => {
    const unknown = await exportSpans(server.url, [{}], {
      encoding: "json",
      headers: { "x-ratchet-project": "nobody" },
    });
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({ code: 5, message: expect.stringContaining("POST /api/projects") });

    const broken = await post(Buffer.from("this is no protobuf"), { "content-type": "application/x-protobuf" });
    expect(broken.status).toBe(400);
    expect(broken.headers.get("content-type")).toBe("application/x-protobuf");
    const bytes = Buffer.from(await broken.arrayBuffer());
    expect([...bytes.subarray(0, 2)]).toEqual([0x08, 3]);
    expect(bytes.toString()).toContain("no OTLP in protobuf");

    expect((await post("a=b", { "content-type": "text/plain" })).status).toBe(415);
    const encoding = await post("{}", { "content-type": "application/json", "content-encoding": "br" });
    expect(encoding.status).toBe(415);
    expect((await post("{}", { "content-type": "application/json", "content-encoding": "gzip" })).status).toBe(400);
    const logs = await post('{"resourceLogs":[]}', { "content-type": "application/json" });
    expect(await logs.json()).toMatchObject({ message: expect.stringContaining("logs") });
  });

  it("refuses a body that is too large, announced, sent in chunks, or once decompressed", async () => {
    const mebibytes = (count: number) => Buffer.alloc(count * 1024 * 1024, " ");
    const headers = { "content-type": "application/json" };
    const bomb = await post(gzipSync(mebibytes(65)), { ...headers, "content-encoding": "gzip" });
    expect(bomb.status).toBe(413);
    expect(await bomb.json()).toMatchObject({ code: 8, message: expect.stringContaining("decompressed") });
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(mebibytes(1)) });
    const chunked = fetch(`${server.url}/v1/traces`, {
      method: "POST",
      headers,
      body: endless,
      duplex: "half",
    } as RequestInit);
    // The server may answer, or close on a client that goes on sending.
    expect(
      await chunked.then(
        (response) => response.status,
        () => 413,
      ),
    ).toBe(413);
  });

  it("gives a conversation that repeats its messages back in order", async () => {
    const traceId = newTraceId();
    const history = Array.from({ length: 20 }, (_, turn) => ({
      role: turn % 2 ? "assistant" : "user",
      content: `turn ${turn}`,
    }));
    const spans = history.map((_, turn) => ({
      traceId,
      spanId: newSpanId(),
      attributes: {
        "gen_ai.operation.name": "chat",
        "gen_ai.input.messages": JSON.stringify(history.slice(0, turn + 1)),
      },
    }));
    for (const half of [spans.slice(0, 10), spans.slice(10)]) await exportSpans(server.url, half);
    const { spans: stored } = await openTrace(traceId);
    const last = await openSpan(traceId, spans.at(-1)?.spanId ?? "");
    expect(last.input).toEqual(history);
    expect(stored).toHaveLength(20);
  });

  it("takes any text, also what the engine's parser would choke on", async () => {
    const [traceId, spanId] = [newTraceId(), newSpanId()];
    const text = `half a pair \ud83c, a null \0, quotes " ' \\ and \u2028 a line`;
    const body = Buffer.from(
      encodeSpans([{ traceId, spanId, name: text, attributes: { "ratchet.input": text, [text]: text } }], "json"),
    );
    expect((await post(body, { "content-type": "application/json" })).status).toBe(200);
    const span = await openSpan(traceId, spanId);
    expect(span.name).toBe(text.toWellFormed());
    expect(span.input).toEqual([{ role: "input", content: text.toWellFormed() }]);
  });

  it("never fails on a malformed body: it is refused, or its good spans are kept", async () => {
    const valid = encodeSpans(
      [{ attributes: { "gen_ai.usage.input_tokens": 5, list: ["a"] }, events: [{ name: "e" }] }],
      "protobuf",
    );
    const mutated = fc
      .array(fc.record({ at: fc.nat(valid.length - 1), byte: fc.nat(255) }), { minLength: 1, maxLength: 6 })
      .map((changes) => {
        const copy = Uint8Array.from(valid);
        for (const { at, byte } of changes) copy[at] = byte;
        return copy;
      });
    const json = fc
      .jsonValue({ maxDepth: 4 })
      .map((value) => JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [value] }] }] }));
    const oneOf = fc.oneof(
      mutated.map((body) => ({ body, type: "application/x-protobuf" })),
      fc.uint8Array({ maxLength: 60 }).map((body) => ({ body: Uint8Array.from(body), type: "application/x-protobuf" })),
      json.map((body) => ({ body, type: "application/json" })),
    );
    await fc.assert(
      fc.asyncProperty(oneOf, async ({ body, type }) => {
        const { status } = await post(body, { "content-type": type });
        expect([200, 400]).toContain(status);
      }),
      { seed: 1, numRuns: 150 },
    );
  });

  it("counts what it took and refused", async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(text).toMatch(/^ratchet_spans_accepted_total [1-9]\d*$/m);
    expect(text).toMatch(/^ratchet_spans_rejected_total [1-9]\d*$/m);
    expect(text).toMatch(/^ratchet_ingest_queue_spans 0$/m);
  });
});

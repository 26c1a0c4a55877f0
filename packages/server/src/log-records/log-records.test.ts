import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import type { SpanDetail, TraceDetail, TraceList } from "@ratchet/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestServer } from "../../testing/index.ts";
import { exportSpans, newSpanId, newTraceId } from "../../testing/otlp-export.ts";
import { exportLogs, type TestLogRecord } from "../../testing/otlp-json.ts";

const get = async <Body>(url: string, path: string): Promise<Body> => (await fetch(`${url}${path}`)).json() as never;
const openSpan = (url: string, traceId: string, spanId: string) =>
  get<SpanDetail>(url, `/api/traces/${traceId}/spans/${spanId}`);
const openTrace = (url: string, traceId: string) => get<TraceDetail>(url, `/api/traces/${traceId}`);

/** One call as current conventions tell it. */
function tellCall(traceId: string, spanId: string): TestLogRecord {
  return {
    traceId,
    spanId,
    eventName: "gen_ai.client.inference.operation.details",
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.usage.input_tokens": 1000,
      "gen_ai.system_instructions": [{ type: "text", content: "Be kind." }],
      "gen_ai.input.messages": [{ role: "user", parts: [{ type: "text", content: "Why is the sky blue?" }] }],
      "gen_ai.output.messages": [
        { role: "assistant", parts: [{ type: "text", content: "Rayleigh." }], finish_reason: "stop" },
      ],
    },
  };
}
const toldInput = [
  { role: "system", content: "Be kind." },
  { role: "user", content: "Why is the sky blue?" },
];
const toldOutput = [{ role: "assistant", content: "Rayleigh." }];

describe("log records of a span", () => {
  let server: Awaited<ReturnType<typeof openTestServer>>;
  beforeAll(async () => {
    server = await openTestServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it.each(["before", "after"] as const)("give the span its messages, when they come %s it", async (order) => {
    const [traceId, spanId] = [newTraceId(), newSpanId()];
    const sendSpan = () =>
      exportSpans(server.url, [
        {
          traceId,
          spanId,
          name: "chat",
          attributes: { "gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 7 },
        },
      ]);
    if (order === "after") await sendSpan();
    const response = await exportLogs(server.url, [tellCall(traceId, spanId)]);
    expect(await response.json()).toEqual({});
    if (order === "before") await sendSpan();

    const span = await openSpan(server.url, traceId, spanId);
    expect(span.input).toEqual(toldInput);
    expect(span.output).toEqual(toldOutput);
    expect(span).toMatchObject({ inputBytes: 28, outputBytes: 9, events: [] });
    const { trace, input, output } = await openTrace(server.url, traceId);
    expect(input).toEqual(toldInput);
    expect(output).toEqual(toldOutput);
    // Tokens of log records repeat the span's.
    expect(trace).toMatchObject({
      inputTokens: 7,
      inputPreview: "Why is the sky blue?",
      outputPreview: "Rayleigh.",
    });
    const { traces } = await get<TraceList>(server.url, "/api/traces?limit=100");
    expect(traces.find((listed) => listed.traceId === traceId)).toMatchObject({
      inputPreview: "Why is the sky blue?",
      outputPreview: "Rayleigh.",
    });
  });

  it("are there once, however often they are sent", async () => {
    const [traceId, spanId] = [newTraceId(), newSpanId()];
    const timeMs = Date.now();
    const told = ["ok", "ok", "go on"].map((content) => ({
      traceId,
      spanId,
      timeMs,
      eventName: "gen_ai.user.message",
      body: { content },
    }));
    for (let attempt = 0; attempt < 3; attempt++) await exportLogs(server.url, told);
    await exportSpans(server.url, [{ traceId, spanId }]);
    const { input } = await openSpan(server.url, traceId, spanId);
    // What was said twice in one millisecond was said twice.
    expect(input.map(({ content }) => content)).toEqual(["ok", "ok", "go on"]);
  });

  it("tell messages one by one in the older form, in their order", async () => {
    const [traceId, spanId] = [newTraceId(), newSpanId()];
    const timeMs = Date.now();
    const call = { id: "c1", type: "function", function: { name: "search", arguments: '{"q":"sky"}' } };
    const records: TestLogRecord[] = [
      { eventName: "gen_ai.system.message", body: { content: "Be kind." } },
      { eventName: "gen_ai.user.message", body: { content: "Why is the sky blue?" } },
      { eventName: "gen_ai.assistant.message", body: { tool_calls: [call] } },
      { eventName: "gen_ai.tool.message", body: { id: "c1", content: "Rayleigh scattering" } },
      // Before 2025, the name was an attribute.
      {
        attributes: { "event.name": "gen_ai.choice" },
        body: { index: 0, finish_reason: "stop", message: { role: "assistant", content: "Rayleigh." } },
      },
    ];
    await exportSpans(server.url, [{ traceId, spanId }]);
    const inOrder = records.map((record, index) => ({ ...record, traceId, spanId, timeMs: timeMs + index }));
    await exportLogs(server.url, inOrder.slice(3));
    await exportLogs(server.url, inOrder.slice(0, 3));
    const { input, output } = await openSpan(server.url, traceId, spanId);
    expect(input).toEqual([
      { role: "system", content: "Be kind." },
      { role: "user", content: "Why is the sky blue?" },
      { role: "assistant", content: '[{"type":"tool_call","id":"c1","name":"search","arguments":{"q":"sky"}}]' },
      { role: "tool", content: '[{"type":"tool_call_response","id":"c1","response":"Rayleigh scattering"}]' },
    ]);
    expect(output).toEqual([{ role: "assistant", content: "Rayleigh." }]);
  });

  it("never replace what the span tells itself", async () => {
    const [traceId, spanId] = [newTraceId(), newSpanId()];
    const own = [{ role: "user", content: "Asked in the span" }];
    await exportLogs(server.url, [tellCall(traceId, spanId)]);
    await exportSpans(server.url, [
      {
        traceId,
        spanId,
        attributes: { "gen_ai.operation.name": "chat", "gen_ai.input.messages": JSON.stringify(own) },
      },
    ]);
    const { input, output } = await openSpan(server.url, traceId, spanId);
    expect(input).toEqual(own);
    expect(output).toEqual(toldOutput);
  });

  it("stand beside its events when they are no messages, an exception first of all", async () => {
    const [traceId, spanId] = [newTraceId(), newSpanId()];
    const startMs = Date.now() - 1000;
    await exportSpans(server.url, [{ traceId, spanId, startMs, events: [{ name: "retry" }] }]);
    const exception = { "exception.type": "TimeoutError", "exception.message": "no answer" };
    await exportLogs(server.url, [
      { traceId, spanId, timeMs: startMs + 2, severityText: "WARN", body: "Trying again" },
      { traceId, spanId, timeMs: startMs + 1, eventName: "gen_ai.client.operation.exception", attributes: exception },
    ]);
    const { events, status } = await openSpan(server.url, traceId, spanId);
    expect(events.map(({ name }) => name)).toEqual(["retry", "gen_ai.client.operation.exception", "warn"]);
    expect(events[1]?.attributes).toMatchObject(exception);
    expect(events[2]?.attributes).toEqual({ "log.body": "Trying again", "log.severity": "WARN" });
    // It was handled, as the span's status says.
    expect(status).toBe("ok");

    const failedId = newSpanId();
    await exportSpans(server.url, [{ traceId, spanId: failedId, error: "" }]);
    await exportLogs(server.url, [{ traceId, spanId: failedId, eventName: "exception", attributes: exception }]);
    expect(await openSpan(server.url, traceId, failedId)).toMatchObject({
      status: "error",
      statusMessage: "no answer",
    });
  });

  it("are counted and left out when they are of no span, and the client is told", async () => {
    const [traceId, spanId] = [newTraceId(), newSpanId()];
    const response = await exportLogs(server.url, [
      { body: "Listening on port 80" },
      { traceId, body: "Of a trace only" },
      { traceId, spanId: "abcd", body: "Of something else" },
      { traceId, spanId, body: "Of a span" },
    ]);
    expect(response.status).toBe(200);
    const { partialSuccess } = (await response.json()) as {
      partialSuccess: { rejectedLogRecords: string; errorMessage: string };
    };
    expect(partialSuccess.rejectedLogRecords).toBe("3");
    expect(partialSuccess.errorMessage).toContain("without a span context");
    expect(partialSuccess.errorMessage).toContain('"abcd"');
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toMatch(/^ratchet_log_records_accepted_total [1-9]\d*$/m);
    expect(metrics).toMatch(/^ratchet_log_records_rejected_total [1-9]\d*$/m);
  });

  it("are taken from OpenTelemetry's own exporter", async () => {
    const [traceId, spanId] = [newTraceId(), newSpanId()];
    const exporter = new OTLPLogExporter({ url: `${server.url}/v1/logs` });
    const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
    const { eventName = "", attributes = {} } = tellCall(traceId, spanId);
    provider
      .getLogger("test")
      .emit({ eventName, attributes: attributes as never, context: contextOf(traceId, spanId) });
    await provider.forceFlush();
    await provider.shutdown();
    await exportSpans(server.url, [{ traceId, spanId }]);
    const { input, output } = await openSpan(server.url, traceId, spanId);
    expect(input).toEqual(toldInput);
    expect(output).toEqual(toldOutput);
  });
});

describe("an evaluation result", () => {
  let server: Awaited<ReturnType<typeof openTestServer>>;
  beforeAll(async () => {
    server = await openTestServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const attributes = {
    "gen_ai.evaluation.name": "Answer relevance",
    "gen_ai.evaluation.score.value": 0.25,
    "gen_ai.evaluation.score.label": "not relevant",
    "gen_ai.evaluation.explanation": "It answers another question.",
  };
  const judgement = {
    key: "Answer relevance",
    score: 0.25,
    value: "not relevant",
    comment: "It answers another question.",
    source: "otel",
  };

  it("is feedback on the span that it is sent in, once however often it is sent", async () => {
    const [traceId, spanId] = [newTraceId(), newSpanId()];
    await exportSpans(server.url, [{ traceId, spanId }]);
    const record = { traceId, spanId, eventName: "gen_ai.evaluation.result", attributes, timeMs: Date.now() };
    for (let attempt = 0; attempt < 3; attempt++) await exportLogs(server.url, [record]);
    const { feedback, trace } = await openTrace(server.url, traceId);
    expect(feedback).toMatchObject([{ ...judgement, traceId, spanId }]);
    expect(trace.feedback.total).toBe(1);
  });

  it("is read from events of the span too", async () => {
    const [traceId, spanId] = [newTraceId(), newSpanId()];
    const span = {
      traceId,
      spanId,
      events: [{ name: "gen_ai.evaluation.result", attributes }],
      startMs: Date.now() - 50,
    };
    for (let attempt = 0; attempt < 2; attempt++) await exportSpans(server.url, [span]);
    expect((await openTrace(server.url, traceId)).feedback).toMatchObject([{ ...judgement, traceId, spanId }]);
  });

  it("finds the answer by its id where it has no span context, and says so where it cannot", async () => {
    const [traceId, spanId, responseId] = [newTraceId(), newSpanId(), `resp-${newSpanId()}`];
    await exportSpans(server.url, [{ traceId, spanId, attributes: { "gen_ai.response.id": responseId } }]);
    const tell = (id: string) => ({
      eventName: "gen_ai.evaluation.result",
      attributes: { ...attributes, "gen_ai.response.id": id },
    });
    const response = await exportLogs(server.url, [tell(responseId), tell("unheard-of")]);
    expect(await response.json()).toMatchObject({
      partialSuccess: { rejectedLogRecords: "1", errorMessage: expect.stringContaining('"unheard-of"') },
    });
    expect((await openTrace(server.url, traceId)).feedback).toMatchObject([{ ...judgement, traceId, spanId }]);
  });
});

function contextOf(traceId: string, spanId: string) {
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: 1 });
}

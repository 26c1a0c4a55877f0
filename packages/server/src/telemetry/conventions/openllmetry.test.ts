import { describe, expect, it } from "vitest";
import { readSpan } from "../../../testing/read-span.ts";

describe("a span by OpenLLMetry", () => {
  it.each([
    [{ "traceloop.span.kind": "workflow" }, "chain"],
    [{ "traceloop.span.kind": "agent" }, "agent"],
    [{ "traceloop.span.kind": "tool" }, "tool"],
    [{ "traceloop.span.kind": "unknown", "llm.request.type": "chat" }, "llm"],
    [{ "llm.request.type": "rerank" }, "reranker"],
    [{ "gen_ai.guardrail.name": "pii" }, "guardrail"],
  ])("that says %o is of kind %s", (attributes, kind) => {
    expect(readSpan(attributes).kind).toBe(kind);
  });

  it("has its messages from the flat lists, parts that came as JSON text among them", () => {
    const span = readSpan({
      "llm.request.type": "chat",
      "gen_ai.prompt.0.role": "user",
      "gen_ai.prompt.0.content":
        '[{"type": "text", "text": "Hi"}, {"type": "image_url", "image_url": {"url": "https://a.b/c"}}]',
      "gen_ai.prompt.1.role": "assistant",
      "gen_ai.prompt.1.tool_calls.0.id": "c1",
      "gen_ai.prompt.1.tool_calls.0.name": "search",
      "gen_ai.prompt.1.tool_calls.0.arguments": '{"q":1}',
      "gen_ai.prompt.2.role": "tool",
      "gen_ai.prompt.2.content": "found",
      "gen_ai.prompt.2.tool_call_id": "c1",
      "gen_ai.completion.0.role": "assistant",
      "gen_ai.completion.0.content": "Here.",
      "gen_ai.completion.0.finish_reason": "stop",
      "llm.usage.total_tokens": 150,
      "gen_ai.usage.prompt_tokens": 100,
      "gen_ai.usage.completion_tokens": 50,
    });
    expect(span.input.map(({ role }) => role)).toEqual(["user", "assistant", "tool"]);
    expect(JSON.parse(span.input[0]?.content ?? "")).toEqual([
      { type: "text", content: "Hi" },
      { type: "uri", modality: "image", uri: "https://a.b/c" },
    ]);
    expect(JSON.parse(span.input[1]?.content ?? "")).toEqual([
      { type: "tool_call", id: "c1", name: "search", arguments: { q: 1 } },
    ]);
    expect(span.output).toEqual([{ role: "assistant", content: "Here." }]);
    expect(span.attributes["ratchet.finish_reason"]).toBe("stop");
    expect(span.usage).toMatchObject({ inputTokens: 100, outputTokens: 50 });
  });

  it.each([
    ['{"args":["a"],"kwargs":{}}', "a"],
    ['{"args":[1,2],"kwargs":{}}', "[1,2]"],
    ['{"args":[],"kwargs":{"q":"x"}}', '{"q":"x"}'],
    ['{"args":[1],"kwargs":{"q":"x"}}', '{"args":[1],"kwargs":{"q":"x"}}'],
    ['{"args":[1],"kwargs":{},"more":1}', '{"args":[1],"kwargs":{},"more":1}'],
  ])("took what its function was called with: %s", (sent, content) => {
    const span = readSpan({ "traceloop.span.kind": "task", "traceloop.entity.input": sent });
    expect(span.input).toEqual([{ role: "input", content }]);
  });

  it("belongs to the session and the user that the application attached to it; the rest is metadata", () => {
    const span = readSpan({
      "traceloop.span.kind": "task",
      "traceloop.association.properties.session_id": "s",
      "traceloop.association.properties.user_id": "u",
      "traceloop.association.properties.plan": "pro",
    });
    expect(span).toMatchObject({ sessionId: "s", userId: "u" });
    expect(span.attributes["ratchet.metadata.plan"]).toBe("pro");
  });

  it("of a vector database has what it found", () => {
    const events = [
      { name: "db.query.result", attributes: { "db.query.result.id": "d1", "db.query.result.score": 0.9 } },
    ];
    const span = readSpan({ "db.system": "chroma", "db.vector.query.top_k": 1 }, { events });
    expect(span).toMatchObject({ kind: "retriever", output: [{ content: '[{"id":"d1","score":0.9}]' }] });
  });

  it("counts the cache on top where its JavaScript instrumentation of Anthropic reports it", () => {
    const counts = {
      "gen_ai.operation.name": "chat",
      "gen_ai.usage.input_tokens": 100,
      "gen_ai.usage.output_tokens": 50,
      "gen_ai.usage.cache_read.input_tokens": 300,
    };
    expect(readSpan(counts, { scopeName: "@traceloop/instrumentation-anthropic" }).usage?.inputTokens).toBe(400);
    expect(readSpan({ ...counts, "gen_ai.usage.input_tokens": 500 }).usage?.inputTokens).toBe(500);
  });

  it("believes OpenTelemetry's counts before its own old ones, and its total of them", () => {
    const counts = { "gen_ai.usage.input_tokens": 100, "gen_ai.usage.output_tokens": 50 };
    expect(
      readSpan({ ...counts, "llm.usage.prompt_tokens": 70, "llm.usage.completion_tokens": 50 }).usage,
    ).toMatchObject({ inputTokens: 100, outputTokens: 50 });
    const cached = { ...counts, "gen_ai.usage.cache_read_input_tokens": 30 };
    expect(readSpan({ ...cached, "llm.usage.total_tokens": 180 }).usage).toMatchObject({ inputTokens: 130 });
    expect(readSpan({ ...cached, "llm.usage.total_tokens": 150 }).usage).toMatchObject({ inputTokens: 100 });
  });
});

import { describe, expect, it } from "vitest";
import { readSpan } from "../../../testing/read-span.ts";

const text = (content: string) => ({ type: "text", content });

describe("a span by OpenTelemetry's GenAI conventions", () => {
  it.each([
    ["chat", "llm"],
    ["generate_content", "llm"],
    ["text_completion", "llm"],
    ["embeddings", "embedding"],
    ["rerank", "reranker"],
    ["retrieval", "retriever"],
    ["search_memory", "retriever"],
    ["upsert_memory", "chain"],
    ["invoke_agent", "agent"],
    ["invoke_workflow", "chain"],
    ["plan", "chain"],
    ["execute_tool", "tool"],
    ["agent_step", "chain"],
  ])("that does %s is of kind %s", (operation, kind) => {
    expect(readSpan({ "gen_ai.operation.name": operation }).kind).toBe(kind);
  });

  it.each([
    [{ "gen_ai.tool.name": "search" }, "tool"],
    [{ "gen_ai.data_source.id": "docs" }, "retriever"],
    [{ "gen_ai.embeddings.dimension.count": 3, "gen_ai.request.model": "e" }, "embedding"],
    [{ "gen_ai.request.model": "gpt-5" }, "llm"],
    [{ "gen_ai.agent.id": "a" }, "chain"],
  ])("without an operation is what its attributes tell: %o", (attributes, kind) => {
    expect(readSpan(attributes).kind).toBe(kind);
  });

  it("names the model that answered before the one that was asked for", () => {
    expect(readSpan({ "gen_ai.request.model": "gpt-5" }).model).toBe("gpt-5");
    expect(readSpan({ "gen_ai.request.model": "gpt-5", "gen_ai.response.model": "gpt-5-2026" }).model).toBe(
      "gpt-5-2026",
    );
  });

  it.each([
    ["openai.responses", "openai"],
    ["gcp.vertex.agent", "gcp.vertex.agent"],
    ["Anthropic", "anthropic"],
    ["google.generative-ai", "gcp.gemini"],
    ["google.vertex.chat", "gcp.vertex_ai"],
    ["azure.ai.openai", "azure.ai.openai"],
    ["my-gateway", "my-gateway"],
  ])("calls the provider %s %s", (system, provider) => {
    expect(readSpan({ "gen_ai.system": system }).provider).toBe(provider);
  });

  it.each([
    ["gen_ai.usage.cache_write.input_tokens", "gen_ai.usage.cache_read.input_tokens"],
    ["gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.cache_read_input_tokens"],
    ["gen_ai.usage.cache_creation_input_tokens", "gen_ai.usage.input_tokens.cached"],
    ["gen_ai.usage.input_tokens.cache_write", "gen_ai.usage.input_cached_tokens"],
    ["gen_ai.usage.details.cache_write_tokens", "gen_ai.usage.details.cache_read_tokens"],
  ])("counts the cache by any of its names: %s, %s", (write, read) => {
    const usage = readSpan({ "gen_ai.usage.input_tokens": 100, [write]: "10", [read]: 30.0 }).usage;
    expect(usage).toMatchObject({ inputTokens: 100, cacheWriteTokens: 10, cacheReadTokens: 30, outputTokens: null });
  });

  it("counts nothing from what is no count", () => {
    for (const value of [-1, "many", "", Number.NaN, 1e300, "1e99"]) {
      expect(readSpan({ "gen_ai.usage.input_tokens": value, "gen_ai.usage.reasoning_tokens": 5 }).usage).toBeNull();
    }
  });

  it("tells the time to the first token in milliseconds", () => {
    for (const key of ["gen_ai.response.time_to_first_chunk", "gen_ai.client.operation.time_to_first_chunk"]) {
      expect(readSpan({ [key]: 0.25 }).timeToFirstTokenMs).toBe(250);
    }
    expect(readSpan({ "gen_ai.server.ttft": 1.5 }).timeToFirstTokenMs).toBeNull();
  });

  it("has its messages from events when no attribute has them, and stores their texts once", () => {
    const events = [
      { name: "gen_ai.system.message", attributes: { content: "Be kind." } },
      { name: "gen_ai.user.message", attributes: { content: "Hi" } },
      {
        name: "gen_ai.choice",
        attributes: { message: '{"role":"assistant","content":"Hello"}', finish_reason: "stop" },
      },
    ];
    const span = readSpan({ "gen_ai.operation.name": "chat" }, { events });
    expect(span.input).toEqual([
      { role: "system", content: "Be kind." },
      { role: "user", content: "Hi" },
    ]);
    expect(span.output).toEqual([{ role: "assistant", content: "Hello" }]);
    expect(span.attributes["ratchet.finish_reason"]).toBe("stop");
    expect(span.events.map((event) => event.attributes)).toEqual([{}, {}, {}]);
    const told = { "gen_ai.input.messages": JSON.stringify([{ role: "user", parts: [text("Hi")] }]) };
    expect(readSpan(told, { events }).input).toEqual([{ role: "user", content: "Hi" }]);
  });

  it("says why the model stopped in one word", () => {
    const stop = (...reasons: string[]) =>
      readSpan({ "gen_ai.response.finish_reasons": reasons }).attributes["ratchet.finish_reason"];
    expect(stop("end_turn")).toBe("stop");
    expect(stop("MAX_TOKENS")).toBe("length");
    expect(stop("tool-calls", "tool_use")).toBe("tool_call");
    expect(stop("stop", "length")).toBe("stop,length");
    expect(stop("my_reason")).toBe("my_reason");
    const output = [{ role: "assistant", parts: [text("Hi")], finish_reason: "content-filter" }];
    expect(readSpan({ "gen_ai.output.messages": output }).attributes["ratchet.finish_reason"]).toBe("content_filter");
  });

  it("names its prompt, and has none of its messages from that", () => {
    const span = readSpan({
      "gen_ai.operation.name": "chat",
      "gen_ai.prompt.name": "triage",
      "gen_ai.prompt.version": "3",
      "gen_ai.prompt.variable.title": "Bug",
    });
    expect(span.prompt).toEqual({ name: "triage", version: "3" });
    expect(span.input).toEqual([]);
    expect(span.attributes["gen_ai.prompt.variable.title"]).toBe("Bug");
  });

  it("of a retrieval has the query and the documents", () => {
    const documents = '[{"id":"d1","score":0.9}]';
    const span = readSpan({
      "gen_ai.operation.name": "retrieval",
      "gen_ai.retrieval.query.text": "tokens",
      "gen_ai.retrieval.documents": documents,
    });
    expect(span.input).toEqual([{ role: "input", content: "tokens" }]);
    expect(span.output).toEqual([{ role: "output", content: documents }]);
  });
});

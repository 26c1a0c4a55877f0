import { describe, expect, it } from "vitest";
import { readSpan } from "../../../testing/read-span.ts";

describe("a span by LangSmith", () => {
  const attributes = {
    "langsmith.span.kind": "llm",
    "langsmith.trace.session_id": "a project of LangSmith",
    "langsmith.metadata.thread_id": "t",
    "langsmith.metadata.user_id": "u",
    "langsmith.metadata.ls_model_name": "gpt-5",
    "langsmith.metadata.ls_provider": "openai",
    "langsmith.span.tags": "a, b",
    "langsmith.usage_metadata": JSON.stringify({
      input_tokens: 100,
      output_tokens: 50,
      total_tokens: 150,
      input_token_details: { cache_read: 30, cache_creation: 10 },
      output_token_details: { reasoning: 20 },
    }),
    "gen_ai.prompt": '{"messages":[{"role":"user","content":"Hi"}]}',
    "gen_ai.completion":
      '{"choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}]}',
    "gen_ai.response.finish_reasons": "stop",
  };

  it("has model, conversation, user, tags, tokens, messages", () => {
    expect(readSpan(attributes)).toMatchObject({
      kind: "llm",
      model: "gpt-5",
      provider: "openai",
      sessionId: "t",
      userId: "u",
      tags: ["a", "b"],
      usage: {
        inputTokens: 100,
        outputTokens: 50,
        cacheReadTokens: 30,
        cacheWriteTokens: 10,
        reasoningTokens: 20,
      },
      input: [{ role: "user", content: "Hi" }],
      output: [{ role: "assistant", content: "Hello" }],
    });
  });

  it("is what LangSmith says, as it says something else in OpenTelemetry's words", () => {
    expect(readSpan({ "langsmith.span.kind": "retriever", "gen_ai.operation.name": "embeddings" }).kind).toBe(
      "retriever",
    );
  });

  it("has the one value of a chain", () => {
    expect(readSpan({ ...attributes, "langsmith.span.kind": "chain" }).input).toEqual([
      { role: "input", content: attributes["gen_ai.prompt"] },
    ]);
  });
});

import { describe, expect, it } from "vitest";
import { readSpan } from "../../../testing/read-span.ts";

/** As MLflow writes them: each value as JSON text. */
const read = (values: Record<string, unknown>) =>
  readSpan(Object.fromEntries(Object.entries(values).map(([key, value]) => [`mlflow.${key}`, JSON.stringify(value)])));

describe("a span by MLflow", () => {
  it.each([
    ["CHAT_MODEL", "llm"],
    ["RERANKER", "reranker"],
    ["PARSER", "chain"],
    ["constructor", "chain"],
  ])("of its type %s is of kind %s", (type, kind) => {
    expect(read({ spanType: type }).kind).toBe(kind);
  });

  it("takes every value out of its quotes", () => {
    expect(
      read({
        spanType: "LLM",
        "llm.model": "claude-sonnet-4-5",
        "llm.provider": "anthropic",
        "llm.cost": { input_cost: 0.1, output_cost: 0.2, total_cost: 0.3 },
        "chat.tokenUsage": {
          input_tokens: 100,
          output_tokens: 50,
          total_tokens: 150,
          cache_read_input_tokens: 60,
          cache_creation_input_tokens: 30,
        },
        "trace.session": "thread-7",
        "trace.user": "ada",
        "traceTag.stage": "beta",
        linkedPrompts: [{ name: "triage", version: 3 }],
      }),
    ).toMatchObject({
      model: "claude-sonnet-4-5",
      provider: "anthropic",
      costUsd: 0.3,
      usage: { inputTokens: 100, outputTokens: 50, cacheReadTokens: 60, cacheWriteTokens: 30 },
      sessionId: "thread-7",
      userId: "ada",
      tags: ["stage:beta"],
      prompt: { name: "triage", version: "3" },
    });
  });

  it("takes values without quotes as they are", () => {
    expect(readSpan({ "mlflow.spanType": "TOOL", "mlflow.spanOutputs": "18 °C" })).toMatchObject({
      kind: "tool",
      output: [{ role: "output", content: "18 °C" }],
    });
  });

  it("keeps of a response what the span does not tell elsewhere", () => {
    const { output, responseId } = read({
      spanType: "CHAT_MODEL",
      spanOutputs: {
        id: "chatcmpl-1",
        object: "chat.completion",
        choices: [{ message: { role: "assistant", content: "Hello" } }],
        service_tier: "flex",
        usage: { prompt_tokens: 1 },
      },
    });
    expect(responseId).toBe("chatcmpl-1");
    expect(output).toContainEqual({ role: "assistant", content: "Hello" });
    expect(output).toContainEqual({ role: "output", content: '{"service_tier":"flex"}' });
  });
});

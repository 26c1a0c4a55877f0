import { describe, expect, it } from "vitest";
import { readSpan } from "../../../testing/read-span.ts";

const usageOf = (details: object) =>
  readSpan({
    "langfuse.observation.type": "generation",
    "langfuse.observation.usage_details": JSON.stringify(details),
  }).usage;

describe("a span by Langfuse", () => {
  it.each([
    ["generation", "llm"],
    ["span", "chain"],
    ["retriever", "retriever"],
    ["guardrail", "guardrail"],
  ])("of its type %s is of kind %s", (type, kind) => {
    expect(readSpan({ "langfuse.observation.type": type }).kind).toBe(kind);
  });

  it("adds up counts that are parts of a whole", () => {
    expect(
      usageOf({ input: 70, input_cached_tokens: 30, output: 40, output_reasoning_tokens: 10, total: 150 }),
    ).toMatchObject({ inputTokens: 100, cacheReadTokens: 30, outputTokens: 50, reasoningTokens: 10 });
    expect(
      usageOf({ input: 2, cache_read_input_tokens: 84_562, cache_creation_input_tokens: 7096, output: 1200 }),
    ).toMatchObject({ inputTokens: 91_660, cacheReadTokens: 84_562, cacheWriteTokens: 7096, outputTokens: 1200 });
  });

  it("takes counts in OpenAI's names for what OpenAI means by them", () => {
    const expected = { inputTokens: 100, cacheReadTokens: 30, outputTokens: 50, reasoningTokens: 10 };
    expect(
      usageOf({
        prompt_tokens: 100,
        completion_tokens: 50,
        total_tokens: 150,
        prompt_tokens_details: { cached_tokens: 30 },
        completion_tokens_details: { reasoning_tokens: 10 },
      }),
    ).toMatchObject(expected);
    expect(
      usageOf({
        input_tokens: 100,
        output_tokens: 50,
        input_tokens_details: { cached_tokens: 30 },
        output_tokens_details: { reasoning_tokens: 10 },
      }),
    ).toMatchObject(expected);
  });

  it("has no counts where none are told", () => {
    for (const details of [{}, { total: 5 }, { input: "many" }, { input: -1 }, []]) expect(usageOf(details)).toBeNull();
  });

  it("reads a time that was quoted twice", () => {
    const time = JSON.stringify(JSON.stringify("1970-01-01T00:00:01.400Z"));
    expect(readSpan({ "langfuse.observation.completion_start_time": time }).timeToFirstTokenMs).toBe(400);
    expect(readSpan({ "langfuse.observation.completion_start_time": "soon" }).timeToFirstTokenMs).toBeNull();
  });

  it("failed when its level says so", () => {
    const span = readSpan({
      "langfuse.observation.level": "ERROR",
      "langfuse.observation.status_message": "No answer.",
    });
    expect(span).toMatchObject({ status: "error", statusMessage: "No answer." });
    expect(readSpan({ "langfuse.observation.level": "WARNING" }).status).toBe("ok");
  });

  it("has the messages of a generation, and the one value of a span", () => {
    const messages = '[{"role":"user","content":"Hi"}]';
    const read = (type: string) =>
      readSpan({ "langfuse.observation.type": type, "langfuse.observation.input": messages }).input;
    expect(read("generation")).toEqual([{ role: "user", content: "Hi" }]);
    expect(read("span")).toEqual([{ role: "input", content: messages }]);
  });

  it("tells what its trace is called and what belongs to it, when it is the root", () => {
    const attributes = {
      "langfuse.trace.name": "support",
      "langfuse.trace.tags": ["a", "b"],
      "langfuse.trace.metadata.plan": "pro",
      "langfuse.observation.metadata": '{"attempt":2}',
      "langfuse.trace.input": "Hi",
      "langfuse.session.id": "s",
      "langfuse.user.id": "u",
      "langfuse.environment": "staging",
      "langfuse.release": "1.2.3",
      "langfuse.observation.cost_details": '{"input":0.25,"output":0.5}',
    };
    const root = readSpan(attributes);
    expect(root).toMatchObject({
      name: "support",
      tags: ["a", "b"],
      sessionId: "s",
      userId: "u",
      environment: "staging",
      release: "1.2.3",
      costUsd: 0.75,
      input: [{ role: "input", content: "Hi" }],
    });
    expect(root.attributes).toMatchObject({ "ratchet.metadata.plan": "pro", "ratchet.metadata.attempt": "2" });
    expect(readSpan(attributes, { parentSpanId: "00f067aa0ba902b7" })).toMatchObject({ name: "step", input: [] });
  });
});

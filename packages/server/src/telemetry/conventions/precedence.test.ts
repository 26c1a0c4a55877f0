import { describe, expect, it } from "vitest";
import { readSpan } from "../../../testing/read-span.ts";

const messages = (content: string) => JSON.stringify([{ role: "user", parts: [{ type: "text", content }] }]);

describe("a span that carries several conventions", () => {
  it("of OpenInference and OpenTelemetry takes each field from the one that says it best", () => {
    const span = readSpan({
      "openinference.span.kind": "AGENT",
      "gen_ai.operation.name": "chat",
      "gen_ai.request.model": "gpt-5",
      "llm.model_name": "gpt-5-2026",
      "llm.provider": "openai",
      "llm.input_messages.0.message.content": "flat",
      "gen_ai.input.messages": messages("whole"),
      "gen_ai.usage.input_tokens": 100,
      "gen_ai.usage.output_tokens": 50,
      "llm.token_count.prompt": 100,
      "llm.token_count.completion": 50,
      "llm.token_count.completion_details.reasoning": 20,
      "session.id": "browser",
      "gen_ai.conversation.id": "thread",
    });
    expect(span).toMatchObject({
      kind: "agent",
      model: "gpt-5-2026",
      provider: "openai",
      input: [{ role: "user", content: "whole" }],
      usage: { inputTokens: 100, outputTokens: 50, reasoningTokens: 20 },
      sessionId: "browser",
      conventions: ["ratchet", "otel-genai", "openinference"],
    });
    expect(span.attributes["gen_ai.conversation.id"]).toBe("thread");
  });

  it("takes tokens from one convention whole, and subsets of another only where the totals agree", () => {
    const usage = readSpan({
      "gen_ai.usage.input_tokens": 100,
      "gen_ai.usage.output_tokens": 50,
      "llm.token_count.prompt": 90,
      "llm.token_count.completion": 50,
      "llm.token_count.prompt_details.cache_read": 80,
    }).usage;
    expect(usage).toMatchObject({ inputTokens: 100, outputTokens: 50, cacheReadTokens: 0 });
  });

  it("of Langfuse and the AI SDK is what the AI SDK says where Langfuse says only that it is a span", () => {
    const attributes = {
      "langfuse.observation.type": "span",
      "ai.operationId": "ai.streamText.doStream",
      "ai.prompt.messages": '[{"role":"user","content":"Hi"}]',
      "gen_ai.usage.input_tokens": 100,
      "gen_ai.usage.output_tokens": 50,
      "langfuse.user.id": "u",
      "user.id": "other",
    };
    expect(readSpan(attributes)).toMatchObject({
      kind: "llm",
      input: [{ role: "user", content: "Hi" }],
      usage: { inputTokens: 100 },
      userId: "u",
    });
    const told = { ...attributes, "langfuse.observation.type": "generation", "langfuse.observation.input": '"mine"' };
    expect(readSpan(told)).toMatchObject({ kind: "llm", input: [{ role: "user", content: "mine" }] });
  });

  it("of Traceloop and OpenTelemetry is what Traceloop's decorator says, with OpenTelemetry's messages", () => {
    const span = readSpan({
      "traceloop.span.kind": "agent",
      "traceloop.entity.input": '{"args":["Hi"],"kwargs":{}}',
      "gen_ai.operation.name": "chat",
      "gen_ai.input.messages": messages("Hello"),
      "traceloop.association.properties.thread_id": "theirs",
      "gen_ai.conversation.id": "thread",
    });
    expect(span).toMatchObject({
      kind: "agent",
      input: [{ role: "user", content: "Hello" }],
      sessionId: "thread",
    });
  });

  it("that is a tool or a chain took its value, not the messages around it", () => {
    for (const kind of ["TOOL", "CHAIN"]) {
      const span = readSpan({
        "openinference.span.kind": kind,
        "input.value": '{"q":1}',
        "gen_ai.input.messages": messages("Find it."),
        "gen_ai.operation.name": "chat",
      });
      expect(span.input).toEqual([{ role: "input", content: '{"q":1}' }]);
    }
  });

  it("is a chain when OpenInference says so, whatever model it names", () => {
    expect(readSpan({ "openinference.span.kind": "CHAIN", "gen_ai.request.model": "gpt-5" }).kind).toBe("chain");
  });

  it("takes nothing from values that say nothing", () => {
    for (const empty of ["", "{}", "[]", "N/A", "<not serializable>"]) {
      const span = readSpan({
        "openinference.span.kind": "CHAIN",
        "langfuse.observation.input": empty,
        "input.value": empty,
        "traceloop.entity.input": '"told"',
      });
      expect(span.input).toEqual([{ role: "input", content: "told" }]);
    }
  });

  it("is what its attributes tell where Langfuse and OpenTelemetry name no kind", () => {
    const span = readSpan({ "langfuse.observation.type": "span", "gen_ai.request.model": "gpt-5" });
    expect(span.kind).toBe("llm");
  });

  it("keeps as an attribute what another convention's word replaced, unless it says the same", () => {
    const told = { "gen_ai.input.messages": messages("Hello"), "gen_ai.operation.name": "chat" };
    expect(readSpan({ ...told, input: "something else" }).attributes.input).toBe("something else");
    expect(readSpan({ ...told, input: "Hello" }).attributes.input).toBeUndefined();
  });

  it("has the tags and metadata of all", () => {
    const span = readSpan({
      "ratchet.tags": ["a"],
      "langfuse.trace.tags": ["b", "a"],
      "tag.tags": ["c"],
      metadata: '{"plan":"theirs","seats":3}',
      "langfuse.trace.metadata.plan": "pro",
    });
    expect(span.tags).toEqual(["a", "b", "c"]);
    expect(span.attributes).toMatchObject({ "ratchet.metadata.plan": "pro", "ratchet.metadata.seats": "3" });
  });

  it("without any convention tells what its plain names say", () => {
    expect(readSpan({ input: "Hi", output: "Hello", session_id: "s", user_id: "u", model: "m" })).toMatchObject({
      input: [{ role: "input", content: "Hi" }],
      output: [{ role: "output", content: "Hello" }],
      sessionId: "s",
      userId: "u",
      model: "m",
      conventions: ["generic"],
    });
  });
});

import { describe, expect, it } from "vitest";
import { normalise } from "./normalise.ts";
import type { AttributeValue, OtlpSpan } from "./otlp.ts";

const read = (attributes: Record<string, AttributeValue>, span: Partial<OtlpSpan> = {}) =>
  normalise(
    {
      traceId: "0af7651916cd43dd8448eb211c80319c",
      spanId: "b7ad6b7169203331",
      parentSpanId: "",
      name: "step",
      startMicros: 1_000_000,
      endMicros: 2_000_000,
      statusCode: 0,
      statusMessage: "",
      events: [],
      scopeName: "",
      scopeVersion: "",
      ...span,
      attributes: new Map(Object.entries(attributes)),
    },
    new Map(),
    { id: 1, slug: "default" },
  );

describe("a span read by OpenTelemetry's GenAI conventions", () => {
  it.each([
    ["chat", "llm"],
    ["embeddings", "embedding"],
    ["execute_tool", "tool"],
    ["invoke_agent", "agent"],
    ["retrieval", "retriever"],
    ["invoke_workflow", "chain"],
    ["constructor", "chain"],
    ["__proto__", "chain"],
  ])("%s is a span of kind %s", (operation, kind) => {
    expect(read({ "gen_ai.operation.name": operation }).kind).toBe(kind);
  });

  it("is a chain when it says nothing", () => {
    expect(read({}).kind).toBe("chain");
  });

  it("takes messages as JSON text or as values, the instructions first", () => {
    const messages = [{ role: "user", parts: [{ type: "text", content: "Hi" }] }];
    const expected = [
      { role: "system", content: "Be kind." },
      { role: "user", content: "Hi" },
    ];
    const instructions = [{ type: "text", content: "Be kind." }];
    expect(read({ "gen_ai.input.messages": messages, "gen_ai.system_instructions": instructions }).input).toEqual(
      expected,
    );
    const asText = {
      "gen_ai.input.messages": JSON.stringify(messages),
      "gen_ai.system_instructions": JSON.stringify(instructions),
    };
    expect(read(asText).input).toEqual(expected);
  });

  it("keeps messages that nest without end as the text they are", () => {
    const text = `[{"role":"user","content":${"[".repeat(50_000)}${"]".repeat(50_000)}}]`;
    expect(read({ "gen_ai.input.messages": text }).input).toEqual([{ role: "input", content: text }]);
  });

  it("keeps what is more than text as JSON, and truncated JSON as the text it is", () => {
    const parts = [{ type: "tool_call", id: "1", name: "search", arguments: { q: "x" } }];
    expect(read({ "gen_ai.output.messages": JSON.stringify([{ role: "assistant", parts }]) }).output).toEqual([
      { role: "assistant", content: JSON.stringify(parts) },
    ]);
    const truncated = '[{"role":"user","parts":[{"ty';
    expect(read({ "gen_ai.input.messages": truncated }).input).toEqual([{ role: "input", content: truncated }]);
  });

  it("takes a tool's arguments and result", () => {
    const span = read({
      "gen_ai.tool.call.arguments": '{"q":1}',
      "gen_ai.tool.call.result": "found",
      "gen_ai.tool.name": "s",
    });
    expect(span).toMatchObject({
      kind: "tool",
      input: [{ role: "input", content: '{"q":1}' }],
      output: [{ content: "found" }],
    });
  });

  it("takes older spellings of tokens, and counts sent as text", () => {
    const usage = read({ "gen_ai.usage.prompt_tokens": "12", "gen_ai.usage.completion_tokens": 3.0 }).usage;
    expect(usage).toMatchObject({ inputTokens: 12, outputTokens: 3 });
    expect(read({ "gen_ai.usage.input_tokens": -1, "gen_ai.usage.output_tokens": "many" }).usage).toBeNull();
  });
});

describe("a span with Ratchet's own attributes", () => {
  it("is what they say, whatever else it carries", () => {
    const span = read({
      "ratchet.span.kind": "guardrail",
      "gen_ai.operation.name": "chat",
      "ratchet.input": '"mine"',
      "gen_ai.input.messages": '[{"role":"user","content":"theirs"}]',
      "session.id": "thread",
      "gen_ai.conversation.id": "other",
    });
    expect(span).toMatchObject({ kind: "guardrail", input: [{ role: "input", content: "mine" }], sessionId: "thread" });
  });

  it("keeps an empty list as the output that it is", () => {
    expect(read({ "ratchet.output": "[]" }).output).toEqual([{ role: "output", content: "[]" }]);
  });

  it("has an exposure only when rollout, arm, unit and share are all there", () => {
    const whole = {
      "ratchet.rollout.id": "RO-2",
      "ratchet.rollout.arm": "control",
      "ratchet.rollout.unit": "u",
      "ratchet.rollout.planned_share": 0.1,
    };
    expect(read(whole).exposure).toEqual({ rollout: "RO-2", arm: "control", unit: "u", plannedShare: 0.1 });
    for (const key of Object.keys(whole)) expect(read({ ...whole, [key]: "" }).exposure).toBeNull();
    expect(read({ ...whole, "ratchet.rollout.planned_share": 1.5 }).exposure).toBeNull();
  });

  it("counts the bytes that the client cut off", () => {
    expect(read({ "ratchet.input": "żółw", "ratchet.input.truncated_bytes": 1000 }).inputBytes).toBe(7 + 1000);
  });
});

describe("any span", () => {
  it("keeps every attribute but the texts, as text", () => {
    const { attributes } = read({ "ratchet.input": "x", "gen_ai.prompt.name": "triage", n: 1, deep: { a: [true] } });
    expect(attributes).toEqual({ "gen_ai.prompt.name": "triage", n: "1", deep: '{"a":[true]}' });
  });

  it("failed when its status says so; an exception that was handled is no error", () => {
    const exception = { name: "exception", timeMicros: 1, attributes: new Map([["exception.message", "boom"]]) };
    expect(read({}, { events: [exception] }).status).toBe("ok");
    expect(read({}, { statusCode: 2, events: [exception] })).toMatchObject({ status: "error", statusMessage: "boom" });
    expect(read({ "error.type": "timeout" }).status).toBe("error");
  });

  it("runs while it has no end, and never ends before it starts", () => {
    expect(read({}, { endMicros: 0 })).toMatchObject({ status: "running", endMicros: 0 });
    expect(read({}, { endMicros: 5 }).endMicros).toBe(1_000_000);
  });

  it("says what was cut from an attribute that is too long", () => {
    expect(read({ log: "x".repeat(70_000) }).attributes.log).toMatch(/x… \[4464 more characters were not kept\]$/);
  });

  it("never has more tokens than can be stored", () => {
    const most = 2 ** 32 - 1;
    const { usage } = read({
      "gen_ai.usage.input_tokens": most - 1,
      "gen_ai.usage.cache_read.input_tokens": most,
      "gen_ai.usage.output_tokens": 5,
    });
    expect(usage?.inputTokens ?? 0).toBeLessThanOrEqual(most);
    expect(usage).toMatchObject({ outputTokens: 5 });
    const parts = { input: 2 ** 30, input_a: 2 ** 30, input_b: 2 ** 30, input_c: 2 ** 30, output: 5 };
    expect(read({ "langfuse.observation.usage_details": JSON.stringify(parts) }).usage).toMatchObject({
      inputTokens: null,
      outputTokens: 5,
    });
  });

  it("is no parent of itself", () => {
    expect(read({}, { parentSpanId: "b7ad6b7169203331" }).parentSpanId).toBeNull();
    expect(read({}, { parentSpanId: "0000000000000000" }).parentSpanId).toBeNull();
  });
});

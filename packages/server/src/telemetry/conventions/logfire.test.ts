import { describe, expect, it } from "vitest";
import { readSpan } from "../../../testing/read-span.ts";

const spanId = "00f067aa0ba902b7";
const parentSpanId = "53995c3f42cd8ad8";
const message = (role: string, content: string) => ({ role, parts: [{ type: "text", content }] });

describe("a span by Logfire", () => {
  it("shows a placeholder as the running span that it stands for", () => {
    const pending = { "logfire.span_type": "pending_span", "logfire.msg": "Answering ada" };
    const span = { name: "Answering {user}", parentSpanId: spanId, scopeName: "logfire" };
    expect(readSpan({ ...pending, "logfire.pending_parent_id": parentSpanId }, span)).toMatchObject({
      spanId,
      parentSpanId,
      status: "running",
      endMicros: 0,
      name: "Answering ada",
    });
    expect(readSpan({ ...pending, "logfire.pending_parent_id": "0000000000000000" }, span)).toMatchObject({
      spanId,
      parentSpanId: null,
      name: "Answering {user}",
    });
    expect(readSpan(pending, { ...span, parentSpanId: "" })).toMatchObject({ status: "ok", parentSpanId: null });
  });

  it("is named by its message, but where it is the root that its traces are told apart by", () => {
    const attributes = { "logfire.msg": "Answering ada" };
    const span = { name: "Answering {user}", scopeName: "logfire" };
    expect(readSpan(attributes, { ...span, parentSpanId }).name).toBe("Answering ada");
    expect(readSpan(attributes, { ...span, parentSpanId: "" }).name).toBe("Answering {user}");
    expect(readSpan(attributes, { ...span, scopeName: "logfire.openai", parentSpanId: "" }).name).toBe("Answering ada");
  });

  it("failed when its level says so", () => {
    const log = { "logfire.span_type": "log", "logfire.msg": "No answer" };
    expect(readSpan({ ...log, "logfire.level_num": 17 })).toMatchObject({
      status: "error",
      statusMessage: "No answer",
    });
    expect(readSpan({ ...log, "logfire.level_num": 13 }).status).toBe("ok");
  });
});

describe("a run of pydantic-ai", () => {
  const run = (attributes: object) =>
    readSpan({ "gen_ai.operation.name": "invoke_agent", ...attributes }, { scopeName: "pydantic-ai" });

  it("has as output what it added to an earlier conversation", () => {
    const messages = ["user", "assistant", "user", "assistant"].map((role, index) => message(role, `${index}`));
    const earlier = { "pydantic_ai.all_messages": JSON.stringify(messages), "pydantic_ai.new_message_index": 2 };
    const { input, output } = run({
      ...earlier,
      "gen_ai.system_instructions": '[{"type":"text","content":"Be brief."}]',
    });
    expect(input.map(({ content }) => content)).toEqual(["Be brief.", "0", "1", "2"]);
    expect(output).toEqual([{ role: "assistant", content: "3" }]);
  });

  it("gives a result that is no text after the messages that led to it", () => {
    const call = {
      role: "assistant",
      parts: [{ type: "tool_call", id: "1", name: "final_result", arguments: { n: 7 } }],
    };
    const { output } = run({
      "pydantic_ai.all_messages": JSON.stringify([message("user", "How many?"), call]),
      final_result: '{"n":7}',
    });
    expect(output.map(({ role, content }) => [role, JSON.parse(content)])).toEqual([
      ["assistant", call.parts],
      ["output", { n: 7 }],
    ]);
  });

  it("loses nothing that only looks like messages", () => {
    expect(run({ "pydantic_ai.all_messages": '[{"role":"user","parts":[{"type":"te' }).input).toEqual([
      { role: "input", content: '[{"role":"user","parts":[{"type":"te' },
    ]);
    expect(readSpan({ "logfire.msg": "Imported", events: ["a", "b"] }).input).toEqual([
      { role: "input", content: '["a","b"]' },
    ]);
  });
});

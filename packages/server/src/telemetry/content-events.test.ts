import { describe, expect, it } from "vitest";
import { isContentEvent, readContentEvent } from "./content-events.ts";
import type { AttributeValue } from "./otlp.ts";

const read = (name: string, attributes: Record<string, AttributeValue>, body?: AttributeValue) =>
  readContentEvent({ name, attributes: new Map(Object.entries(attributes)), ...(body !== undefined && { body }) });

describe("messages in events", () => {
  it("are read from a call's details, whether its values are structured or JSON text", () => {
    const input = [{ role: "user", parts: [{ type: "text", content: "Hi" }] }];
    const output = [{ role: "assistant", parts: [{ type: "text", content: "Hello" }], finish_reason: "stop" }];
    const expected = {
      input: [
        { role: "system", content: "Be kind." },
        { role: "user", content: "Hi" },
      ],
      output: [{ role: "assistant", content: "Hello" }],
      finishReasons: ["stop"],
    };
    const instructions = [{ type: "text", content: "Be kind." }];
    const structured = {
      "gen_ai.system_instructions": instructions,
      "gen_ai.input.messages": input,
      "gen_ai.output.messages": output,
    };
    const asText = Object.fromEntries(Object.entries(structured).map(([key, value]) => [key, JSON.stringify(value)]));
    const details = "gen_ai.client.inference.operation.details";
    expect(read(details, structured)).toEqual(expected);
    expect(read(details, asText)).toEqual(expected);
    expect(read(details, {}, structured)).toEqual(expected);
    const repeated = [{ role: "system", content: "Be kind." }, ...input];
    expect(read(details, { ...structured, "gen_ai.input.messages": repeated })).toEqual(expected);
  });

  it("are read one by one: from the body, from flat attributes, and from Azure's attribute", () => {
    const expected = { input: [{ role: "user", content: "Hi" }], output: [], finishReasons: [] };
    expect(read("gen_ai.user.message", { "gen_ai.system": "openai" }, { content: "Hi" })).toEqual(expected);
    expect(read("gen_ai.user.message", { content: "Hi" })).toEqual(expected);
    expect(read("gen_ai.user.message", { "gen_ai.event.content": '{"content":"Hi"}' })).toEqual(expected);
  });

  it("are read from an answer with what stands around its message", () => {
    const expected = { input: [], output: [{ role: "assistant", content: "Hello" }], finishReasons: ["stop"] };
    const around = { index: 0, finish_reason: "stop" };
    expect(read("gen_ai.choice", {}, { ...around, message: { role: "assistant", content: "Hello" } })).toEqual(
      expected,
    );
    expect(read("gen_ai.choice", {}, { ...around, message: { content: "Hello" } })).toEqual(expected);
    expect(read("gen_ai.choice", { finish_reason: "stop", message: "Hello" })).toEqual(expected);
    expect(read("gen_ai.choice", {}, { ...around, message: "Hello" })).toEqual(expected);
  });

  it("keep a tool's answer with the call that it answers", () => {
    expect(read("gen_ai.tool.message", {}, { id: "c1", content: "42" })?.input).toEqual([
      { role: "tool", content: '[{"type":"tool_call_response","id":"c1","response":"42"}]' },
    ]);
  });

  it("are read from the oldest form, where a whole side is one attribute", () => {
    expect(read("gen_ai.content.prompt", { "gen_ai.prompt": "Hi" })?.input).toEqual([{ role: "input", content: "Hi" }]);
    const messages = JSON.stringify([{ role: "assistant", content: "Hello" }]);
    expect(read("gen_ai.content.completion", { "gen_ai.completion": messages })?.output).toEqual([
      { role: "assistant", content: "Hello" },
    ]);
  });

  it("are none where an event is empty, or of another kind", () => {
    expect(read("gen_ai.user.message", {})).toEqual({ input: [], output: [], finishReasons: [] });
    expect(read("gen_ai.choice", {}, {})).toEqual({ input: [], output: [], finishReasons: [] });
    expect(read("exception", { "exception.message": "no" })).toBeNull();
    expect(isContentEvent("exception")).toBe(false);
  });

  it("stay what they are where they are cut off", () => {
    const cut = '[{"role":"user","parts":[{"type":"te';
    expect(read("gen_ai.client.inference.operation.details", { "gen_ai.input.messages": cut })?.input).toEqual([
      { role: "input", content: cut },
    ]);
  });
});

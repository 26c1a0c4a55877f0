import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readMessages, readRequest, toMessages, toSystemMessage } from "./messages.ts";
import type { AttributeValue } from "./otlp.ts";

const parts = (...list: object[]) => JSON.stringify(list);
const text = (content: string) => ({ type: "text", content });
/** Of one message of the user. */
const readParts = (content: AttributeValue) => toMessages("input", [{ role: "user", content }])[0]?.content;

describe("messages", () => {
  it.each<[string, object, string, string]>([
    ["OpenTelemetry", { role: "user", parts: [text("Hi")] }, "user", "Hi"],
    ["OpenAI chat", { role: "user", content: "Hi" }, "user", "Hi"],
    [
      "OpenAI Responses",
      { type: "message", role: "user", content: [{ type: "input_text", text: "Hi" }] },
      "user",
      "Hi",
    ],
    ["Anthropic", { role: "assistant", content: [{ type: "text", text: "Hi" }] }, "assistant", "Hi"],
    ["Gemini", { role: "model", parts: [{ text: "Hi" }] }, "assistant", "Hi"],
    ["LangChain", { type: "human", content: "Hi" }, "user", "Hi"],
    ["LangChain, stored", { type: "ai", data: { content: "Hi" } }, "assistant", "Hi"],
    [
      "LangChain, serialised",
      { lc: 1, type: "constructor", id: ["langchain_core", "messages", "AIMessageChunk"], kwargs: { content: "Hi" } },
      "assistant",
      "Hi",
    ],
    [
      "OpenAI's item of a call",
      { type: "function_call", call_id: "c1", name: "search", arguments: '{"q":1}' },
      "assistant",
      parts({ type: "tool_call", id: "c1", name: "search", arguments: { q: 1 } }),
    ],
    [
      "OpenAI's item of a result",
      { type: "function_call_output", call_id: "c1", output: "found" },
      "tool",
      parts({ type: "tool_call_response", id: "c1", response: "found" }),
    ],
    [
      "OpenAI's result of a tool",
      { role: "tool", tool_call_id: "c1", content: "found" },
      "tool",
      parts({ type: "tool_call_response", id: "c1", response: "found" }),
    ],
  ])("of %s are one payload each", (_, message, role, content) => {
    expect(toMessages("input", [message as AttributeValue])).toEqual([{ role, content }]);
    expect(toMessages("input", JSON.stringify([message]))).toEqual([{ role, content }]);
  });

  it("have calls of tools in one shape, their arguments as a value", () => {
    const call = { type: "tool_call", id: "c1", name: "search", arguments: { q: 1 } };
    const expected = [{ role: "assistant", content: parts(text("Wait."), call) }];
    const openai = { id: "c1", type: "function", function: { name: "search", arguments: '{"q":1}' } };
    for (const message of [
      { role: "assistant", parts: [text("Wait."), call] },
      { role: "assistant", content: "Wait.", tool_calls: [openai] },
      { role: "assistant", content: [text("Wait."), { type: "tool_use", id: "c1", name: "search", input: { q: 1 } }] },
      {
        role: "assistant",
        content: [text("Wait."), { type: "tool-call", toolCallId: "c1", toolName: "search", args: { q: 1 } }],
      },
      { role: "assistant", content: "Wait.", tool_calls: [{ name: "search", args: { q: 1 }, id: "c1" }] },
      { role: "model", parts: [{ text: "Wait." }, { functionCall: { id: "c1", name: "search", args: { q: 1 } } }] },
    ]) {
      expect(toMessages("input", [message as AttributeValue])).toEqual(expected);
    }
    const legacy = { role: "assistant", content: null, function_call: { name: "search", arguments: "{}" } };
    expect(toMessages("input", [legacy])[0]?.content).toBe(parts({ type: "tool_call", name: "search", arguments: {} }));
  });

  it("keep arguments that were cut off as the text they are", () => {
    const call = { function: { name: "search", arguments: '{"q":' }, id: "c1" };
    expect(toMessages("input", [{ role: "assistant", content: "", tool_calls: [call] }])[0]?.content).toBe(
      parts({ type: "tool_call", id: "c1", name: "search", arguments: '{"q":' }),
    );
  });

  it("keep arguments with a number that is too long to be read as the text they are", () => {
    const sent = '{"post":1234567890123456789}';
    const call = { function: { name: "search", arguments: sent }, id: "c1" };
    expect(toMessages("input", [{ role: "assistant", tool_calls: [call] }])[0]?.content).toBe(
      parts({ type: "tool_call", id: "c1", name: "search", arguments: sent }),
    );
  });

  it("have results of tools in one shape", () => {
    const expected = parts({ type: "tool_call_response", id: "c1", response: "found" });
    for (const part of [
      { type: "tool_call_response", id: "c1", result: "found" },
      { type: "tool_result", tool_use_id: "c1", content: [{ type: "text", text: "found" }] },
      { type: "tool-result", toolCallId: "c1", output: "found" },
    ]) {
      expect(readParts([part as AttributeValue])).toBe(expected);
    }
  });

  it("have media in one shape", () => {
    const blob = parts({ type: "blob", mime_type: "image/png", modality: "image", content: "AAAA" });
    for (const part of [
      { type: "blob", mime_type: "image/png", modality: "image", data: "AAAA" },
      { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
      { type: "input_image", image_url: "data:image/png;base64,AAAA" },
      { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } },
      { type: "image", image: "AAAA", mediaType: "image/png" },
      { type: "file", data: "AAAA", mediaType: "image/png" },
      { inlineData: { mimeType: "image/png", data: "AAAA" } },
    ]) {
      expect(readParts([part as AttributeValue])).toBe(blob);
    }
    expect(readParts([{ type: "image", source: { type: "url", url: "https://a.b/c.png" } }])).toBe(
      parts({ type: "uri", modality: "image", uri: "https://a.b/c.png" }),
    );
    expect(readParts([{ type: "input_audio", input_audio: { data: "AAAA", format: "wav" } }])).toBe(
      parts({ type: "blob", mime_type: "audio/wav", modality: "audio", content: "AAAA" }),
    );
    expect(readParts([{ type: "file", file: { file_id: "f1", filename: "a.pdf" } }])).toBe(
      parts({ type: "file", modality: "document", file_id: "f1", filename: "a.pdf" }),
    );
    const bytes = { type: "image", image: { 0: 255, 1: 216 } };
    expect(readParts([bytes])).toBe(parts(bytes));
  });

  it("have reasoning in one shape, its signature kept", () => {
    expect(readParts([{ type: "thinking", thinking: "Hm.", signature: "abc" }])).toBe(
      parts({ type: "reasoning", content: "Hm.", signature: "abc" }),
    );
    const item = { type: "reasoning", summary: [{ type: "summary_text", text: "Hm." }], encrypted_content: "abc" };
    expect(toMessages("input", [item])).toEqual([
      { role: "assistant", content: parts({ type: "reasoning", content: "Hm.", encrypted_content: "abc" }) },
    ]);
  });

  it("tell apart why the model stopped, so that an answer is the same text when it is repeated", () => {
    expect(readMessages("output", [{ role: "assistant", parts: [text("Hi")], finish_reason: "stop" }])).toEqual({
      payloads: [{ role: "assistant", content: "Hi" }],
      finishReasons: ["stop"],
    });
  });

  it("keep what they have beside role and parts", () => {
    expect(toMessages("input", [{ role: "user", name: "Ada", content: "Hi" }])[0]?.content).toBe(
      parts(text("Hi"), { type: "message_details", name: "Ada" }),
    );
  });

  it("are one payload when they are no list of messages", () => {
    for (const value of ["[]", "[1]", '[{"type":"text","content":"x"}]', "plain", '[{"role":"user","parts":[{"ty']) {
      expect(toMessages("input", value)).toEqual([{ role: "input", content: value }]);
    }
    const request = { messages: [{ role: "user", content: "Hi" }] };
    expect(toMessages("input", request)).toEqual([{ role: "input", content: JSON.stringify(request) }]);
  });

  it("of a whole request come after what else it says", () => {
    const request = { model: "m", system: "Be kind.", messages: [{ role: "user", content: "Hi" }] };
    expect(readRequest("input", JSON.stringify(request)).payloads).toEqual([
      { role: "input", content: '{"model":"m"}' },
      { role: "system", content: "Be kind." },
      { role: "user", content: "Hi" },
    ]);
    const choice = { index: 0, message: { role: "assistant", content: "Hi" }, finish_reason: "stop" };
    expect(readRequest("output", { choices: [choice] })).toEqual({
      payloads: [{ role: "assistant", content: "Hi" }],
      finishReasons: ["stop"],
    });
    const candidate = { content: { role: "model", parts: [{ text: "Hi" }] }, finishReason: "STOP" };
    expect(readRequest("output", { candidates: [candidate] })).toEqual({
      payloads: [{ role: "assistant", content: "Hi" }],
      finishReasons: ["STOP"],
    });
  });

  it("of the system are parts without a role", () => {
    expect(toSystemMessage([text("Be kind.")])).toEqual({ role: "system", content: "Be kind." });
    expect(toSystemMessage("Be kind.")).toEqual({ role: "system", content: "Be kind." });
  });
});

describe("any JSON taken for messages", () => {
  const types = ["text", "tool_call", "tool_use", "tool-result", "tool_result", "image", "file", "reasoning", "x"];
  const names = ["text", "content", "parts", "id", "name", "input", "args", "arguments", "data", "url", "image_url"];
  const media = ["format", "mime_type", "media_type", "file_id", "modality", "detail", "uri", "file", "inlineData"];
  const keys = [
    ...names,
    ...media,
    "functionCall",
    "refusal",
    "value",
    "messages",
    "system",
    "source",
    "output",
    "call_id",
    "toolCallId",
    "summary",
    "message",
    "finish_reason",
    "kwargs",
  ];
  const { tree } = fc.letrec<{ tree: AttributeValue }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.oneof(fc.string({ minLength: 1 }), fc.integer(), fc.boolean(), fc.constant(null)),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc
        .tuple(
          fc.dictionary(fc.constantFrom(...keys), tie("tree"), { maxKeys: 4 }),
          fc.constantFrom(undefined, ...types),
        )
        .map(([fields, type]) => (type === undefined ? fields : { type, ...fields })),
    ),
  }));
  const message = fc.oneof(
    tree,
    fc.record({ role: fc.constantFrom("user", "assistant"), content: tree }),
    fc.record({ role: fc.constantFrom("user", "tool"), parts: fc.array(tree), tool_call_id: fc.string() }),
    fc.record({ role: fc.constant("assistant"), content: fc.string(), tool_calls: fc.array(tree), extra: tree }),
  ) as fc.Arbitrary<AttributeValue>;
  const anything = fc.oneof(fc.array(message, { maxLength: 3 }), message, fc.json() as fc.Arbitrary<AttributeValue>);
  const settings = { seed: 4, numRuns: 2000 };

  it("never fails, and never loses a text", () => {
    fc.assert(
      fc.property(anything, (value) => {
        for (const read of [readMessages, readRequest]) {
          const { payloads, finishReasons } = read("input", value);
          const found = payloads.flatMap(({ role, content }) => [role, ...textsIn(content)]).concat(finishReasons);
          const isFound = (leaf: string) => found.some((one) => one.includes(leaf));
          // JSON text of a call's arguments is found as what it says.
          const isKept = (leaf: string) => isFound(leaf) || leavesOf(parse(leaf)).every(isFound);
          expect(leavesOf(value).filter((leaf) => !isKept(leaf))).toEqual([]);
        }
      }),
      settings,
    );
  });

  it("is the same when it is read again", () => {
    fc.assert(
      fc.property(anything, (value) => {
        const once = toMessages("input", value);
        fc.pre(once.every(({ role }) => role !== "input"));
        const again = once.map(({ role, content }) => ({ role, content }));
        expect(toMessages("input", again)).toEqual(once);
        const asParts = once.map(({ role, content }) => ({ role, parts: partsOf(content) }));
        expect(toMessages("input", asParts)).toEqual(once);
      }),
      settings,
    );
  });
});

function partsOf(content: string): AttributeValue {
  const parsed = parse(content);
  return Array.isArray(parsed) && content.startsWith('[{"type":') ? parsed : [text(content)];
}

function parse(content: string): AttributeValue {
  try {
    return JSON.parse(content) as AttributeValue;
  } catch {
    return content;
  }
}

/** A text, and those in it when it is JSON. */
function textsIn(content: string): string[] {
  const parsed = parse(content);
  return [content, ...(parsed === content ? [] : leavesOf(parsed).flatMap(textsIn))];
}

/** Every text in a value but those that name a shape. */
function leavesOf(value: AttributeValue, key = ""): string[] {
  if (typeof value === "string") return key === "type" || key === "role" ? [] : [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => leavesOf(item, name));
}

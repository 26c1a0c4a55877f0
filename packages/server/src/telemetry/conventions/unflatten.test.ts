import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AttributeValue } from "../otlp.ts";
import { findList, unflatten } from "./unflatten.ts";

const names = new Set(["llm.input_messages"]);
const read = (attributes: Record<string, AttributeValue>) =>
  JSON.parse(JSON.stringify(unflatten(new Map(Object.entries(attributes)), names).get("llm.input_messages") ?? []));

describe("a list that was written as one attribute a leaf", () => {
  it("is in the order of its numbers", () => {
    const attributes = Object.fromEntries([10, 2, 1].map((n) => [`llm.input_messages.${n}.message.role`, `r${n}`]));
    expect(read(attributes)).toEqual([1, 2, 10].map((n) => ({ message: { role: `r${n}` } })));
  });

  it("is as long as what was sent, whatever number is sent", () => {
    expect(read({ "llm.input_messages.999999999.message.role": "user" })).toHaveLength(1);
    expect(read({ "llm.input_messages.9999999999.message.role": "user" })).toEqual([]);
  });

  it("holds lists of its own", () => {
    expect(
      read({
        "llm.input_messages.0.message.tool_calls.1.tool_call.id": "b",
        "llm.input_messages.0.message.tool_calls.0.tool_call.id": "a",
      }),
    ).toEqual([{ message: { tool_calls: [{ tool_call: { id: "a" } }, { tool_call: { id: "b" } }] } }]);
  });

  it("has no names that change what objects are", () => {
    read({ "llm.input_messages.0.__proto__.polluted": "yes", "llm.input_messages.0.constructor.prototype.x": "yes" });
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });

  it("keeps a text that stands where another attribute has fields", () => {
    expect(read({ "llm.input_messages.0.a": "text", "llm.input_messages.0.a.b": "field" })).toEqual([
      { a: "text", "a.b": "field" },
    ]);
    expect(read({ "llm.input_messages.0.a.b": "field", "llm.input_messages.0.a": "text" })).toEqual([
      { a: { b: "field" }, "a.value": "text" },
    ]);
  });

  it("is no other attribute that begins alike", () => {
    expect(findList("gen_ai.prompt.name", new Set(["gen_ai.prompt"]))).toBeUndefined();
    expect(findList("gen_ai.prompt.0.role", new Set(["gen_ai.prompt"]))).toBe("gen_ai.prompt");
    expect(findList("gen_ai.prompt", new Set(["gen_ai.prompt"]))).toBeUndefined();
  });

  it("loses no value, whatever the keys", () => {
    const step = fc.constantFrom("0", "1", "7", "a", "b", "message", "__proto__");
    const keys = fc.uniqueArray(
      fc.array(step, { minLength: 1, maxLength: 15 }).map((path) => `llm.input_messages.0.${path.join(".")}`),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(keys, (list) => {
        const written = JSON.stringify(read(Object.fromEntries(list.map((key, index) => [key, `value ${index}`]))));
        for (const index of list.keys()) expect(written).toContain(`"value ${index}"`);
      }),
      { seed: 4, numRuns: 1000 },
    );
  });
});

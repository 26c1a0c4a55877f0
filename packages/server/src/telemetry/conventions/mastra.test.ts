/** What the recordings do not show: they hold the rest. */
import { describe, expect, it } from "vitest";
import { readSpan } from "../../../testing/read-span.ts";

describe("a span of Mastra", () => {
  it.each([
    ["mcp_tool_call", "tool"],
    ["rag_embedding", "embedding"],
    ["rag_vector_operation", "retriever"],
    ["workflow_step", "chain"],
    ["scorer_run", "evaluator"],
  ])("of the type %s is of kind %s", (type, kind) => {
    expect(readSpan({ "mastra.span.type": type }).kind).toBe(kind);
  });

  it("of an older version is the model call itself where it says so", () => {
    const generation = { "mastra.span.type": "model_generation", "gen_ai.usage.input_tokens": 7 };
    expect(readSpan({ ...generation, "gen_ai.operation.name": "chat" }).kind).toBe("llm");
    expect(readSpan({ ...generation, "gen_ai.operation.name": "model_generation" }).kind).toBe("chain");
  });

  it("has the value of a workflow's step as it was", () => {
    const step = { "mastra.span.type": "workflow_step", "mastra.workflow_step.output": '{"text":"18 °C"}' };
    expect(readSpan(step).output).toEqual([{ role: "output", content: '{"text":"18 °C"}' }]);
  });

  it("keeps what an answer has beside its text", () => {
    const output = { text: "18 °C", reasoning: [{ type: "reasoning", text: "I know." }], sources: ["a.b"], files: [] };
    const run = { "mastra.span.type": "agent_run", "mastra.agent_run.output": JSON.stringify(output) };
    expect(JSON.parse(readSpan(run).output[0]?.content ?? "")).toEqual([
      { type: "reasoning", content: "I know." },
      { type: "text", content: "18 °C" },
      { type: "message_details", sources: ["a.b"] },
    ]);
  });
});

import { describe, expect, it } from "vitest";
import { readSpan } from "../../../testing/read-span.ts";

const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
const contents = [
  deep,
  `[{"role":"user","parts":[${deep}]}]`,
  `{"items":[{"type":"message","role":"user","content":${deep}}]}`,
  `{"contents":[{"role":"user","parts":[${deep}]}],"content":{"parts":[${deep}]}}`,
  `{"object":"chat.completion","usage":{},"choices":[{"message":{"role":"assistant","content":${deep}}}]}`,
];

describe("content that nests without end", () => {
  it.each([
    ["mlflow.spanInputs", { "mlflow.spanType": "TOOL" }],
    ["mlflow.spanOutputs", { "mlflow.spanType": "CHAT_MODEL" }],
    ["gcp.vertex.agent.llm_request", {}],
    ["gcp.vertex.agent.llm_response", {}],
    ["lk.pii.chat_ctx", {}],
    ["lk.pii.response.function_calls", {}],
    ["pydantic_ai.all_messages", { "logfire.msg": "run" }],
    ["ai.prompt", { "ai.operationId": "ai.generateText" }],
    ["ai.response.toolCalls", { "ai.operationId": "ai.generateText.doGenerate" }],
    ["langfuse.observation.input", { "langfuse.observation.type": "generation" }],
    ["gen_ai.input.messages", { "gen_ai.operation.name": "chat" }],
    ["input.value", { "openinference.span.kind": "LLM" }],
  ])("in %s costs the other spans of its export nothing, and is kept as a text", (key, attributes) => {
    for (const content of contents) {
      const span = readSpan({ ...attributes, [key]: content }, { scopeName: "gcp.vertex.agent", name: "call_llm" });
      const kept = [...span.input, ...span.output].map((payload) => payload.content);
      expect([...kept, span.attributes[key] ?? ""].join("").length).toBeGreaterThan(20_000);
    }
  });
});

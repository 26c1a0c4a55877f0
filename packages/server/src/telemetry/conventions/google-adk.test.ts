import { describe, expect, it } from "vitest";
import { readSpan } from "../../../testing/read-span.ts";

const scopeName = "gcp.vertex.agent";
const key = (name: string) => `gcp.vertex.agent.${name}`;
const call = (attributes: object, name = "call_llm") =>
  readSpan({ "gen_ai.system": scopeName, ...attributes }, { name, scopeName });

describe("a span by Google ADK", () => {
  it("counts the reasoning although it keeps the response to itself", () => {
    const { usage, input, output } = call({
      "gen_ai.request.model": "gemini-2.5-flash",
      "gen_ai.usage.input_tokens": 100,
      "gen_ai.usage.output_tokens": 35,
      "gen_ai.usage.experimental.reasoning_tokens": 15,
      [key("llm_request")]: "{}",
      [key("llm_response")]: "{}",
    });
    expect(usage).toMatchObject({ inputTokens: 100, outputTokens: 50, reasoningTokens: 15 });
    expect([input, output]).toEqual([[], []]);
  });

  it("adds what tools put into the prompt, and believes a total that has the reasoning already", () => {
    const usage = (counts: object) => call({ [key("llm_response")]: JSON.stringify({ usage_metadata: counts }) }).usage;
    expect(usage({ prompt_token_count: 80, tool_use_prompt_token_count: 20, candidates_token_count: 5 })).toMatchObject(
      {
        inputTokens: 100,
        outputTokens: 5,
      },
    );
    const counts = { prompt_token_count: 100, candidates_token_count: 50, thoughts_token_count: 15 };
    expect(usage({ ...counts, total_token_count: 150 })).toMatchObject({ outputTokens: 50, reasoningTokens: 15 });
    expect(usage({ ...counts, total_token_count: 165 })).toMatchObject({ outputTokens: 65, reasoningTokens: 15 });
    expect(usage(counts)).toMatchObject({ outputTokens: 65, reasoningTokens: 15 });
    const cutOff = { prompt_token_count: 100, thoughts_token_count: 500, total_token_count: 600 };
    expect(usage(cutOff)).toMatchObject({ outputTokens: 500, reasoningTokens: 500 });
  });

  it("keeps the request's settings but not its HTTP headers", () => {
    const request = {
      model: "gemini-2.5-flash",
      config: { temperature: 0.5, http_options: { headers: { authorization: "Bearer secret" } } },
      contents: [{ role: "user", parts: [{ text: "Hello" }] }],
    };
    const span = call({ [key("llm_request")]: JSON.stringify(request) });
    expect(span.input).toContainEqual({ role: "user", content: "Hello" });
    expect(span.input).toContainEqual({ role: "input", content: '{"config":{"temperature":0.5}}' });
    expect(JSON.stringify(span)).not.toContain("secret");
  });

  it("keeps a request that was cut off as the text that it is", () => {
    expect(call({ [key("llm_request")]: '{"model":"gemini' }).input).toEqual([
      { role: "input", content: '{"model":"gemini' },
    ]);
  });

  it("names the provider of the model instead of itself", () => {
    const providerOf = (model: string) => call({ "gen_ai.request.model": model }).provider;
    expect(providerOf("gemini-2.5-flash")).toBe("gcp.gemini");
    expect(providerOf("openai/gpt-5-mini")).toBe("openai");
  });

  it("is no tool where it sums up tools that were called at once", () => {
    const merged = { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "(merged tools)" };
    const span = call({ ...merged, [key("tool_call_args")]: "N/A" }, "execute_tool (merged)");
    expect([span.kind, span.input]).toEqual(["chain", []]);
  });
});

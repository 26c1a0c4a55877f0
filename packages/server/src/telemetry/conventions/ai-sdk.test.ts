/** What the recordings do not show: they hold the rest. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSpan } from "../../../testing/read-span.ts";

const call = {
  "ai.operationId": "ai.generateText.doGenerate",
  "ai.model.provider": "amazon-bedrock",
  "ai.model.id": "anthropic.claude-sonnet-4-5",
};
const cached = { "ai.usage.inputTokens": 1000, "ai.usage.outputTokens": 20, "ai.usage.cachedInputTokens": 300 };

describe("a span of the AI SDK", () => {
  it("never keeps headers of requests, but the SDK's own version", () => {
    const { attributes } = readSpan({
      ...call,
      "ai.request.headers.authorization": "Bearer secret",
      "ai.request.headers.x-api-key": "secret",
      "ai.request.headers.user-agent": "ai/6.0.1",
    });
    expect(JSON.stringify(attributes)).not.toContain("secret");
    expect(attributes["ai.request.headers.user-agent"]).toBe("ai/6.0.1");
    const step = readSpan({
      "ai.request.headers.authorization": "Bearer secret",
      "http.request.header.cookie": "secret",
    });
    expect(step.attributes).toEqual({});
  });

  it("adds Bedrock's cache to the input before version 6, and no more since", () => {
    const bedrock = {
      ...call,
      ...cached,
      "ai.response.providerMetadata": '{"bedrock":{"usage":{"cacheWriteInputTokens":50}}}',
    };
    expect(readSpan(bedrock).usage).toMatchObject({ inputTokens: 1350, cacheReadTokens: 300, cacheWriteTokens: 50 });
    expect(readSpan({ ...bedrock, "ai.request.headers.user-agent": "ai/5.0.277" }).usage?.inputTokens).toBe(1350);
    expect(readSpan({ ...bedrock, "ai.request.headers.user-agent": "ai/6.0.326" }).usage?.inputTokens).toBe(1000);
    expect(readSpan({ ...bedrock, "ai.usage.inputTokenDetails.noCacheTokens": 650 }).usage?.inputTokens).toBe(1000);
  });

  it("believes what the provider itself said before any version", () => {
    const anthropic = { ...call, ...cached, "ai.model.provider": "anthropic.messages" };
    const says = (usage: object) => ({ "ai.response.providerMetadata": JSON.stringify({ anthropic: { usage } }) });
    expect(readSpan({ ...anthropic, ...says({ input_tokens: 700 }) }).usage?.inputTokens).toBe(1000);
    expect(readSpan({ ...anthropic, ...says({ input_tokens: 1000 }) }).usage?.inputTokens).toBe(1300);
  });

  it("leaves OpenAI's input as it is, whose cache is a part of it", () => {
    expect(readSpan({ ...call, ...cached, "ai.model.provider": "azure.chat" }).usage?.inputTokens).toBe(1000);
  });

  it("has no usage of its own around calls before version 6, where it is the last call's", () => {
    expect(readSpan({ ...call, ...cached, "ai.operationId": "ai.generateText" }).usage).toBeNull();
  });

  it("is named by the application's function, a tool by its own name", () => {
    const named = { "ai.telemetry.functionId": "forecast", "ai.toolCall.name": "weather" };
    expect(readSpan({ ...named, "ai.operationId": "ai.streamText" }).name).toBe("forecast");
    expect(readSpan({ ...named, "ai.operationId": "ai.toolCall" }).name).toBe("weather");
    expect(readSpan({ ...named, ...call }, { name: "ai.generateText.doGenerate" }).name).toBe(
      "ai.generateText.doGenerate",
    );
  });

  it("keeps of a long vector what shows that it is one", () => {
    const vector = JSON.stringify(Array.from({ length: 3072 }, (_, index) => index / 3072));
    const { output, attributes } = readSpan({ "ai.operationId": "ai.embed.doEmbed", "ai.embedding": vector });
    expect(output[0]?.content).toMatch(/^\[0,0\.0003.*more characters were not kept\]$/);
    expect(output[0]?.content.length).toBeLessThan(1100);
    expect(attributes).not.toHaveProperty("ai.embedding");
  });

  it("keeps the prompt of a root, given as text, as messages, or cut off", () => {
    const read = (prompt: string) => readSpan({ "ai.operationId": "ai.generateText", "ai.prompt": prompt }).input;
    expect(read('{"system":"Be kind.","prompt":[{"role":"user","content":"Hi"}]}')).toEqual([
      { role: "system", content: "Be kind." },
      { role: "user", content: "Hi" },
    ]);
    expect(read('{"prompt":"Hi"}')).toEqual([{ role: "user", content: "Hi" }]);
    expect(read('{"prompt":"Hi and th')).toEqual([{ role: "input", content: '{"prompt":"Hi and th' }]);
  });

  it("is read whatever its attributes hold", () => {
    const keys = [
      "ai.prompt",
      "ai.prompt.messages",
      "ai.response.toolCalls",
      "ai.response.providerMetadata",
      "ai.values",
    ];
    const value = fc.oneof(fc.json(), fc.string(), fc.array(fc.oneof(fc.json(), fc.string())));
    fc.assert(
      fc.property(fc.constantFrom(...keys), value, (key, held) => {
        expect(readSpan({ ...call, ...cached, [key]: held }).kind).toBe("llm");
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});

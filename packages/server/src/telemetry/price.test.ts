import { describe, expect, it } from "vitest";
import { createPricer } from "./price.ts";

const usage = { inputTokens: 1000, outputTokens: 200, cacheReadTokens: 800, cacheWriteTokens: 100, reasoningTokens: 0 };
const call = { model: "claude-sonnet-4-5", provider: "anthropic", usage, startMicros: Date.UTC(2026, 10, 1) * 1000 };

describe("the price of a call", () => {
  const price = createPricer();

  it("counts cached tokens at their own rates", () => {
    // Per million: 100 uncached at 3, 800 read at 0.3, 100 written at 3.75, 200 out at 15.
    expect(price(call)).toBeCloseTo(0.003915, 9);
  });

  it("is the model's own behind a gateway that the table does not know", () => {
    expect(price({ ...call, provider: "our-gateway" })).toBeCloseTo(0.003915, 9);
    expect(price({ ...call, provider: null })).toBeCloseTo(0.003915, 9);
    expect(price({ ...call, provider: "constructor" })).toBeCloseTo(0.003915, 9);
  });

  it("is unknown, not zero, for an unknown model", () => {
    expect(price({ ...call, model: "house-model", provider: null })).toBeNull();
  });

  it("is unknown for counts that cannot be, and known again for the next call", () => {
    expect(price({ ...call, model: "gpt-5", provider: "openai", usage: { ...usage, inputTokens: 10 } })).toBeNull();
    expect(price({ ...call, model: "gpt-5", provider: "openai" })).not.toBeNull();
  });
});

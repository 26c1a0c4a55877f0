import { calcPrice } from "@pydantic/genai-prices";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesPattern } from "./model-pattern.ts";
import { type Call, createPricer, type OwnPrice } from "./price.ts";
import type { Usage } from "./span.ts";

const usage = { inputTokens: 1000, outputTokens: 200, cacheReadTokens: 800, cacheWriteTokens: 100, reasoningTokens: 0 };
const startMicros = Date.UTC(2026, 10, 1) * 1000;
const call: Call = { model: "claude-sonnet-4-5", requestModel: null, provider: "anthropic", usage, startMicros };
const byTable = expect.objectContaining({ source: "table", costUsd: expect.closeTo(0.003915, 9) });

/** Counts as providers report them: parts are never more than the whole. */
const anyUsage: fc.Arbitrary<Usage> = fc
  .record({ uncached: fc.nat(500_000), read: fc.nat(500_000), write: fc.nat(100_000), output: fc.nat(100_000) })
  .map(({ uncached, read, write, output }) => ({
    inputTokens: uncached + read + write,
    outputTokens: output,
    cacheReadTokens: read,
    cacheWriteTokens: write,
    reasoningTokens: 0,
  }));
const rate = fc.double({ min: 0, max: 1000, noNaN: true });
const anyOwnPrice: fc.Arbitrary<OwnPrice> = fc.record({
  model: fc.constantFrom("gpt-5", "gpt-*", "*", "*-5"),
  provider: fc.constant(null),
  validFromMicros: fc.constantFrom(0, startMicros - 1, startMicros),
  inputUsd: rate,
  cacheReadUsd: fc.option(rate),
  cacheWriteUsd: fc.option(rate),
  outputUsd: rate,
  requestUsd: rate,
});
const models = [
  ["gpt-4o-mini", "openai"],
  ["gpt-5", "azure.ai.openai"],
  ["claude-opus-4-5", "anthropic"],
  ["claude-sonnet-4-5", null],
  ["gemini-2.5-pro", "gcp.vertex_ai"],
  ["grok-4", "x_ai"],
  ["mistral-large-latest", "mistral_ai"],
  ["deepseek-chat", "deepseek"],
] as const;

const own = (price: Partial<OwnPrice>): OwnPrice => ({
  model: "*",
  provider: null,
  validFromMicros: 0,
  inputUsd: 0,
  cacheReadUsd: null,
  cacheWriteUsd: null,
  outputUsd: 0,
  requestUsd: 0,
  ...price,
});

describe("the price of a call by the public table", () => {
  const price = createPricer();

  it("counts cached tokens at their own rates", () => {
    // Per million: 100 uncached at 3, 800 read at 0.3, 100 written at 3.75, 200 out at 15.
    expect(price(call)).toEqual(byTable);
  });

  it("is the model's own behind a gateway that the table does not know", () => {
    for (const provider of ["our-gateway", null, "constructor"]) expect(price({ ...call, provider })).toEqual(byTable);
  });

  it("is that of the model which answered, else of the one that was asked for", () => {
    expect(price({ ...call, requestModel: "gpt-5" })).toEqual(byTable);
    expect(price({ ...call, model: "house-model", requestModel: "claude-sonnet-4-5" })).toEqual(byTable);
    expect(price({ ...call, model: null, requestModel: "claude-sonnet-4-5" })).toEqual(byTable);
  });

  it("is unknown, not zero, for an unknown model", () => {
    expect(price({ ...call, model: "house-model", provider: null })).toBeNull();
    expect(price({ ...call, model: null })).toBeNull();
  });

  it("is unknown for counts that cannot be, and known again for the next call", () => {
    const gpt: Call = { ...call, model: "gpt-5", provider: "openai" };
    expect(price({ ...gpt, usage: { ...usage, inputTokens: 10 } })).toBeNull();
    expect(price(gpt)).not.toBeNull();
  });

  it("takes the tier of the one request", () => {
    const ofInput = (inputTokens: number) =>
      price({ ...call, usage: { ...usage, inputTokens, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0 } });
    expect(ofInput(200_000)?.costUsd).toBeCloseTo(0.6, 9);
    expect(ofInput(200_001)?.costUsd).toBeCloseTo(1.2, 4);
  });

  it("is what the table says, also when the model is remembered", () => {
    fc.assert(
      fc.property(fc.constantFrom(...models), anyUsage, ([model, provider], given) => {
        const tokens = {
          input_tokens: given.inputTokens ?? 0,
          output_tokens: given.outputTokens ?? 0,
          cache_read_tokens: given.cacheReadTokens,
          cache_write_tokens: given.cacheWriteTokens,
        };
        const providerId = {
          "azure.ai.openai": "azure",
          "gcp.vertex_ai": "google",
          x_ai: "x-ai",
          mistral_ai: "mistral",
        };
        const expected = calcPrice(tokens, model, {
          ...(provider && { providerId: providerId[provider as keyof typeof providerId] ?? provider }),
          timestamp: new Date(startMicros / 1000),
        });
        expect(expected).not.toBeNull();
        const priced = price({ model, requestModel: null, provider, usage: given, startMicros });
        expect(priced?.source).toBe("table");
        // The last digits depend on the order of the additions.
        const costUsd = expected?.total_price ?? Number.NaN;
        expect(Math.abs((priced?.costUsd ?? Number.NaN) - costUsd)).toBeLessThanOrEqual(1e-9 * Math.max(costUsd, 1e-6));
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe("the project's own price", () => {
  it("wins over the public table, from the day on which it is valid", () => {
    const price = createPricer([own({ model: "claude-*", validFromMicros: startMicros, inputUsd: 1, outputUsd: 2 })]);
    expect(price(call)).toEqual({ source: "project", costUsd: expect.closeTo((1000 + 2 * 200) / 1e6, 12) });
    expect(price({ ...call, startMicros: startMicros - 1 })).toEqual(byTable);
  });

  it("of the model that was asked for wins over the table's of the one that answered", () => {
    const price = createPricer([own({ model: "our-deployment", requestUsd: 7 })]);
    expect(price({ ...call, requestModel: "our-deployment" })).toEqual({ source: "project", costUsd: 7 });
  });

  it("is the newest that was valid when the call began", () => {
    const price = createPricer([
      own({ model: "gpt-5", requestUsd: 1 }),
      own({ model: "gpt-5", validFromMicros: startMicros + 10, requestUsd: 3 }),
      own({ model: "gpt-5", validFromMicros: startMicros, requestUsd: 2 }),
    ]);
    const at = (micros: number) => price({ ...call, model: "gpt-5", startMicros: micros })?.costUsd;
    expect([at(startMicros - 1), at(startMicros), at(startMicros + 9), at(startMicros + 10)]).toEqual([1, 2, 2, 3]);
  });

  it("is that of the longest pattern, then of the one that names the provider", () => {
    const price = createPricer([
      own({ model: "*", requestUsd: 1 }),
      own({ model: "gpt-*", requestUsd: 2 }),
      own({ model: "gpt-*", provider: "azure", requestUsd: 3 }),
      own({ model: "GPT-5*", requestUsd: 4 }),
      own({ model: "gpt-5", requestUsd: 5 }),
    ]);
    const of = (model: string, provider: string | null) => price({ ...call, model, provider })?.costUsd;
    expect(of("llama", null)).toBe(1);
    expect(of("gpt-4o", "openai")).toBe(2);
    for (const name of ["azure.ai.openai", "azure-openai", "Azure"]) expect(of("gpt-4o", name)).toBe(3);
    expect(of("gpt-5-mini", "azure")).toBe(4);
    expect(of("gpt-5", "azure")).toBe(5);
  });

  it("is never negative, and never lower for more tokens", () => {
    fc.assert(
      fc.property(anyOwnPrice, anyUsage, fc.nat(10_000), fc.nat(10_000), (ownPrice, given, input, output) => {
        const price = createPricer([ownPrice]);
        const cost = (of: Usage) => price({ ...call, model: "gpt-5", usage: of });
        const more = {
          ...given,
          inputTokens: (given.inputTokens ?? 0) + input,
          outputTokens: (given.outputTokens ?? 0) + output,
        };
        expect(cost(given)?.source).toBe("project");
        expect(cost(given)?.costUsd).toBeGreaterThanOrEqual(0);
        expect(cost(more)?.costUsd).toBeGreaterThanOrEqual((cost(given)?.costUsd ?? 0) * (1 - 1e-12));
      }),
      { seed: 1 },
    );
  });

  it("counts cached tokens once: as input where they have no rate, by their rate alone where they have", () => {
    fc.assert(
      fc.property(anyUsage, (given) => {
        const cost = (rates: Partial<OwnPrice>) =>
          (createPricer([own({ inputUsd: 2, ...rates })])({ ...call, usage: given })?.costUsd ?? 0) * 1e6;
        const { inputTokens, cacheReadTokens, cacheWriteTokens } = given;
        expect(cost({})).toBeCloseTo(2 * (inputTokens ?? 0), 4);
        const uncached = (inputTokens ?? 0) - cacheReadTokens - cacheWriteTokens;
        expect(cost({ cacheReadUsd: 0, cacheWriteUsd: 3 })).toBeCloseTo(2 * uncached + 3 * cacheWriteTokens, 4);
      }),
      { seed: 1 },
    );
  });
});

describe("a model pattern", () => {
  it("matches as the regular expression with .* for * does", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "A", "-"), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom("a", "b", "-", "*"), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (glob, name) => {
        const regExp = new RegExp(`^${glob.replaceAll("*", ".*")}$`, "i");
        expect(matchesPattern(glob, name)).toBe(regExp.test(name));
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});

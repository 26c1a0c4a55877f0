import { describe, expect, it } from "vitest";
import { costText, isPriceUnknown, usageText } from "./usage-text.ts";

const none = { inputTokens: null, outputTokens: null, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };

describe("tokens", () => {
  it("say which part was cached and which was reasoning, within the totals", () => {
    expect(
      usageText({ ...none, inputTokens: 1240, outputTokens: 85, cacheReadTokens: 1100, reasoningTokens: 40 }),
    ).toBe("1,240 in (1,100 cached), 85 out (40 reasoning)");
    expect(usageText({ ...none, inputTokens: 9, cacheReadTokens: 1, cacheWriteTokens: 2 })).toBe(
      "9 in (1 cached, 2 written to the cache)",
    );
  });

  it("that were not reported are not zero", () => {
    expect(usageText(none)).toBeUndefined();
    expect(usageText({ ...none, outputTokens: 0 })).toBe("0 out");
  });
});

describe("a cost", () => {
  it("says whose it is", () => {
    expect(costText(0.0041, "table")).toBe("$0.0041 (price table)");
    expect(costText(2, "client")).toBe("$2.00 (from the client)");
    expect(costText(0, null)).toBe("$0");
  });

  it("is unknown when a model has tokens and no price", () => {
    const call = { ...none, model: "my-model", inputTokens: 5, costUsd: null };
    expect(isPriceUnknown(call)).toBe(true);
    expect(isPriceUnknown({ ...call, costUsd: 0 })).toBe(false);
    expect(isPriceUnknown({ ...call, model: null })).toBe(false);
    expect(isPriceUnknown({ ...call, inputTokens: 0 })).toBe(false);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Usage } from "./span.ts";
import { toUsage } from "./usage.ts";

describe("token counts", () => {
  // Columns: input, cache read, cache write, output, reasoning, total, whether the convention leaves the cache out
  // → input, of it not from or to the cache, output, all.
  it.each([
    [100, 30, 10, 50, 15, null, false, 100, 60, 50, 150],
    [2, 84_562, 7096, 1200, 0, null, false, 91_660, 2, 1200, 92_860],
    [100, 30, 0, 50, 0, null, true, 130, 100, 50, 180],
    [100, 30, 0, 50, 0, null, false, 100, 70, 50, 150],
    [100, 30, 0, 50, 0, 180, false, 130, 100, 50, 180],
    [2006, 1920, 0, 300, 128, 2306, false, 2006, 86, 300, 2306],
    [1000, 200, 0, 40, 60, 1100, false, 1000, 800, 100, 1100],
    [1000, 0, 0, 40, 60, null, false, 1000, 1000, 100, 1100],
  ])("in %i, read %i, written %i, out %i, reasoning %i, total %s, exclusive %s", (...columns) => {
    const [input, cacheRead, cacheWrite, output, reasoning, total, isInputExclusive, ...expected] = columns;
    const usage = toUsage({ input, cacheRead, cacheWrite, output, reasoning, total, isInputExclusive });
    const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage as Record<keyof Usage, number>;
    const uncached = inputTokens - cacheReadTokens - cacheWriteTokens;
    expect([inputTokens, uncached, outputTokens, inputTokens + outputTokens]).toEqual(expected);
  });

  it("of which some are cached or reasoning are never fewer than these", () => {
    const count = fc.option(fc.nat(1000));
    const reported = fc.record({
      input: count,
      output: count,
      cacheRead: count,
      cacheWrite: count,
      reasoning: count,
      total: fc.option(fc.nat(3000)),
      isInputExclusive: fc.boolean(),
      isOutputExclusive: fc.boolean(),
    });
    fc.assert(
      fc.property(reported, (report) => {
        const usage = toUsage(report);
        if (usage === null) return;
        const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens } = usage;
        if (inputTokens !== null) expect(inputTokens).toBeGreaterThanOrEqual(cacheReadTokens + cacheWriteTokens);
        if (outputTokens !== null) expect(outputTokens).toBeGreaterThanOrEqual(reasoningTokens);
      }),
      { seed: 4, numRuns: 2000 },
    );
  });

  it("are unknown, not zero, when nothing is reported", () => {
    const nothing = { input: null, output: null, cacheRead: null, cacheWrite: null, reasoning: null, total: null };
    expect(toUsage(nothing)).toBeNull();
    expect(toUsage({ ...nothing, input: 5 })).toMatchObject({ inputTokens: 5, outputTokens: null });
  });
});

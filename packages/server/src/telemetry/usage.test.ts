import { describe, expect, it } from "vitest";
import { toUsage } from "./usage.ts";

describe("token counts", () => {
  // Columns: input, cache read, cache write, output, reasoning, total → input, output.
  it.each([
    [100, 30, 10, 50, 15, null, 100, 50],
    [2, 84_562, 7096, 1200, 0, null, 91_660, 1200],
    [100, 30, 0, 50, 0, null, 100, 50],
    [100, 30, 0, 50, 0, 180, 130, 50],
    [2006, 1920, 0, 300, 128, 2306, 2006, 300],
    [1000, 200, 0, 40, 60, 1100, 1000, 100],
    [1000, 0, 0, 40, 60, null, 1000, 100],
  ])("in %i, read %i, written %i, out %i, reasoning %i, total %s: %i in, %i out", (...columns) => {
    const [input, cacheRead, cacheWrite, output, reasoning, total, inputTokens, outputTokens] = columns;
    const usage = toUsage({ input, cacheRead, cacheWrite, output, reasoning, total });
    expect(usage).toMatchObject({ inputTokens, outputTokens });
  });

  it("are unknown, not zero, when nothing is reported", () => {
    const nothing = { input: null, output: null, cacheRead: null, cacheWrite: null, reasoning: null, total: null };
    expect(toUsage(nothing)).toBeNull();
    expect(toUsage({ ...nothing, input: 5 })).toMatchObject({ inputTokens: 5, outputTokens: null });
  });
});

import type { TrialResult } from "@ratchet/protocol";
import { describe, expect, it } from "vitest";
import { groupByCase } from "./case-results.ts";

function trial(caseId: string, number: number, outcome: TrialResult["outcome"], score: number | null): TrialResult {
  return {
    caseId,
    trial: number,
    outcome,
    error: outcome === "ok" ? null : "it threw",
    output: null,
    scores: { labels: score },
    reasons: {},
    durationMs: 100 * number,
    traceId: null,
  };
}

describe("an experiment's results", () => {
  it("are gathered by case, with trials in order and their mean", () => {
    const [only] = groupByCase([trial("a", 2, "ok", 0), trial("a", 1, "ok", 1)]);
    expect(only?.trials.map((t) => t.trial)).toEqual([1, 2]);
    expect(only).toMatchObject({ means: { labels: 0.5 }, meanDurationMs: 150, errorCount: 0 });
  });

  it("keep errors and void trials apart from low scores, and on top", () => {
    const cases = groupByCase([
      trial("good", 1, "ok", 1),
      trial("low", 1, "ok", 0),
      trial("void", 1, "void", null),
      trial("threw", 1, "error", null),
    ]);
    expect(cases.map(({ caseId }) => caseId)).toEqual(["threw", "void", "low", "good"]);
    expect(cases[0]?.means).toEqual({});
  });
});

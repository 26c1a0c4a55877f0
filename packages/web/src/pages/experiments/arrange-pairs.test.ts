import type { CasePair } from "@ratchet/protocol";
import { describe, expect, it } from "vitest";
import { arrangePairs, type Change, countChanges, parseShow, stepPair } from "./arrange-pairs.ts";

function pair(caseId: string, change: Change, before: number | null, after: number | null): CasePair {
  const side = (score: number | null) => ({
    score,
    output: null,
    error: score === null ? "it threw" : null,
    reason: null,
    traceId: null,
    durationMs: 1,
  });
  return {
    caseId,
    input: caseId,
    reference: null,
    metadata: {},
    baseline: side(before),
    candidate: side(after),
    change,
    locked: false,
  };
}

const pairs = [
  pair("same", "unchanged", 1, 1),
  pair("better", "improved", 0, 1),
  pair("slightly worse", "regressed", 0.9, 0.8),
  pair("much worse", "regressed", 1, 0),
  pair("threw", "regressed", 1, null),
];
const ids = (rows: ReturnType<typeof arrangePairs>) =>
  rows.map((row) =>
    row.kind === "pair" ? row.pair.caseId : `${row.change} ${row.count}${row.folded ? " folded" : ""}`,
  );

describe("the pairs of a comparison", () => {
  it("begin with what got worse, the worst first, and fold what did not change", () => {
    expect(ids(arrangePairs(pairs, "flips"))).toEqual([
      "regressed 3",
      "threw",
      "much worse",
      "slightly worse",
      "improved 1",
      "better",
      "unchanged 1 folded",
    ]);
  });

  it("can be narrowed to one kind of change, or show all", () => {
    expect(ids(arrangePairs(pairs, "improved"))).toEqual(["improved 1", "better"]);
    expect(ids(arrangePairs(pairs, "unchanged"))).toEqual(["unchanged 1", "same"]);
    expect(ids(arrangePairs(pairs, "all")).slice(-2)).toEqual(["unchanged 1", "same"]);
    expect(parseShow("nonsense")).toBe("flips");
  });

  it("are counted whatever is shown", () => {
    expect(countChanges(pairs)).toEqual({ regressed: 3, improved: 1, unchanged: 1 });
  });

  it("are walked in the order of the list, without leaving the filter or its ends", () => {
    const rows = arrangePairs(pairs, "regressed");
    expect(stepPair(rows, undefined, 1)).toBe("threw");
    expect(stepPair(rows, "threw", 1)).toBe("much worse");
    expect(stepPair(rows, "slightly worse", 1)).toBe("slightly worse");
    expect(stepPair(rows, undefined, -1)).toBe("slightly worse");
    expect(stepPair(rows, "better", 1)).toBe("threw");
    expect(stepPair([], undefined, 1)).toBeUndefined();
  });
});

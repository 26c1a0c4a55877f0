import type { Json } from "@ratchet/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Evaluator } from "./evaluator.ts";
import { contains, exactMatch, jsonEqual, latency, levenshteinRatio, regexMatch, setF1 } from "./evaluators.ts";

function judge<Output, Reference>(
  evaluator: Evaluator<unknown, Output, Reference>,
  output: Output,
  reference?: Reference,
) {
  const judgement = evaluator({ input: null, output, reference, metadata: {}, durationMs: 12, traceId: null });
  if (judgement instanceof Promise) throw new Error("the built-in evaluators answer at once");
  return typeof judgement === "object" && judgement !== null ? judgement.score : judgement;
}

const labels = fc.array(fc.constantFrom("bug", "docs", "question", "ci", "perf"), { maxLength: 6 });

describe("built-in evaluators", () => {
  it("do not apply to a case without a reference", () => {
    for (const evaluator of [
      exactMatch(),
      jsonEqual(),
      contains<unknown, unknown>({ output: String, reference: String }),
    ]) {
      expect(judge(evaluator, "x")).toBeNull();
    }
  });

  it("match exactly, to the letter", () => {
    expect(judge(exactMatch(), "Yes", "Yes")).toBe(true);
    expect(judge(exactMatch(), "Yes", "yes")).toBe(false);
    expect(judge(exactMatch(), { a: [1] }, { a: [1] })).toBe(true);
  });

  it("compare the part that they are told to", () => {
    const answer = exactMatch<{ answer: string }, string>({ name: "answer", output: (output) => output.answer });
    expect(answer.metric.name).toBe("answer");
    expect(judge(answer, { answer: "42" }, "42")).toBe(true);
  });

  it("find JSON equal whatever the order of its keys, in text or not", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        const again = JSON.parse(JSON.stringify(value)) as Json;
        expect(judge(jsonEqual(), JSON.stringify(turned), again)).toBe(true);
      }),
      { seed: 3 },
    );
    expect(judge(jsonEqual(), "{broken", {})).toBe(0);
    expect(judge(jsonEqual(), '{"a":1}', { a: 2 })).toBe(false);
  });

  it("find text whatever the case of its letters", () => {
    expect(judge(contains(), "See the README.", "readme")).toBe(true);
    expect(judge(contains(), "See the docs.", "readme")).toBe(false);
  });

  it("match a pattern anew each time, global or not", () => {
    const hasLink = regexMatch(/https:/g);
    expect([1, 2, 3].map(() => judge(hasLink, "https://example.org"))).toEqual([true, true, true]);
  });

  it("measure edit distance: 1 for the same text, symmetric, within [0, 1]", () => {
    expect(judge(levenshteinRatio(), "kitten", "sitting")).toBeCloseTo(1 - 3 / 7, 12);
    expect(judge(levenshteinRatio(), "", "")).toBe(1);
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        const ratio = judge(levenshteinRatio(), a, b) as number;
        expect(judge(levenshteinRatio(), b, a)).toBeCloseTo(ratio, 12);
        expect(ratio === 1).toBe(a === b);
        expect(ratio).toBeGreaterThanOrEqual(0);
      }),
      { seed: 3 },
    );
    expect(judge(levenshteinRatio(), "x".repeat(10_001), "x")).toBeNull();
  });

  it("measure sets of labels by F1: order and repetition do not count", () => {
    expect(judge(setF1(), ["bug", "docs"], ["bug"])).toBeCloseTo(2 / 3, 12);
    expect(judge(setF1(), [], [])).toBe(1);
    expect(judge(setF1(), [], ["bug"])).toBe(0);
    fc.assert(
      fc.property(labels, labels, (output, reference) => {
        const score = judge(setF1(), output, reference) as number;
        expect(judge(setF1(), [...output, ...output].reverse(), reference)).toBe(score);
        expect(score === 1).toBe(sameSet(output, reference));
      }),
      { seed: 3 },
    );
  });

  it("say which labels are missing and which are surplus", () => {
    const judgement = setF1()({
      input: 0,
      output: ["bug"],
      reference: ["docs"],
      metadata: {},
      durationMs: 1,
      traceId: null,
    });
    expect(judgement).toEqual({ score: 0, reason: "missing docs, surplus bug" });
  });

  it("measure latency in milliseconds, lower is better, unbounded", () => {
    expect(latency().metric).toEqual({ name: "latency-ms", direction: "lower", range: null });
    expect(judge(latency(), "x")).toBe(12);
  });
});

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return [...new Set(a)].sort().join() === [...new Set(b)].sort().join();
}

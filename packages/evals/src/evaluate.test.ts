import { describe, expect, expectTypeOf, it } from "vitest";
import { defineEval, defineEvaluator, EvalInterrupted, evaluate, exactMatch, ProviderError } from "./index.ts";
import { toPromptVersion } from "./prompt-files.ts";

describe("an eval", () => {
  it("lets types flow from its data into the task and from the task into the evaluators", () => {
    defineEval({
      name: "typed",
      data: [{ input: { title: "x" }, reference: ["bug"] }],
      task: (input) => {
        expectTypeOf(input).toEqualTypeOf<{ title: string }>();
        return { labels: [input.title] };
      },
      evaluators: [
        defineEvaluator({ name: "first" }, ({ output, reference }) => {
          expectTypeOf(output).toEqualTypeOf<{ labels: string[] }>();
          return reference !== undefined;
        }),
        defineEvaluator<{ title: string }, { labels: string[] }, string[]>({ name: "second" }, ({ output, input }) =>
          output.labels.includes(input.title),
        ),
      ],
    });
    defineEval({
      name: "typed",
      data: [{ input: 1, reference: 2 }],
      // @ts-expect-error an evaluator of text does not fit a task that gives numbers
      task: (input) => input * 2,
      evaluators: [exactMatch<string, number>()],
    });
  });

  it("averages a case's trials, and says what was void or failed", async () => {
    let calls = 0;
    const evaluation = defineEval({
      name: "mixed",
      data: [
        { input: "right", reference: "right" },
        { input: "throws", reference: "throws" },
        { input: "void", reference: "void" },
        { input: "half", reference: "half" },
      ],
      trials: 2,
      concurrency: 1,
      task: (input) => {
        if (input === "throws") throw new Error("no");
        if (input === "void") throw new ProviderError("down");
        if (input === "half") return ++calls % 2 === 0 ? "half" : "other";
        return input;
      },
      evaluators: [exactMatch()],
    });
    const { summary, results } = await evaluate(evaluation);
    expect(results).toHaveLength(8);
    expect(summary).toMatchObject({ caseCount: 4, voidCount: 1, errorCount: 1 });
    expect(summary.metrics["exact-match"]).toMatchObject({ n: 3, mean: (1 + 0 + 0.5) / 3 });
  });

  it("gives no interval where there is none", async () => {
    const evaluation = defineEval({
      name: "one",
      data: [{ input: "a", reference: "a" }],
      task: (input) => input,
      evaluators: [exactMatch()],
    });
    const { summary } = await evaluate(evaluation);
    expect(summary.metrics["exact-match"]).toEqual({ mean: 1, low: null, high: null, n: 1 });
  });

  it("serves the prompts under test to the task, and only there", async () => {
    const content = "---\nmodel: test\n---\nShout {{text}}!";
    const version = toPromptVersion(content);
    const { prompts } = await import("@ratchet/sdk/prompts");
    const evaluation = defineEval({
      name: "prompted",
      data: [{ input: "hi", reference: `Shout hi!@${version}` }],
      task: async (text, context) => {
        const prompt = prompts.get("shout");
        const { text: rendered } = await prompt.render({ text });
        return `${rendered}@${context.prompts.shout === prompt.version ? prompt.version : "other"}`;
      },
      evaluators: [exactMatch()],
    });
    const { summary } = await evaluate(evaluation, { prompts: { shout: { version, content } } });
    expect(summary.metrics["exact-match"]?.mean).toBe(1);
    expect(() => prompts.get("shout")).toThrow(RangeError);
  });

  it("rejects when it is interrupted, and says how far it came", async () => {
    const controller = new AbortController();
    const evaluation = defineEval({
      name: "stopped",
      data: Array.from({ length: 10 }, (_, index) => ({ input: index })),
      concurrency: 1,
      task: (input) => {
        if (input === 3) controller.abort();
        return input;
      },
      evaluators: [exactMatch()],
    });
    const stopped = evaluate(evaluation, { signal: controller.signal });
    await expect(stopped).rejects.toThrow(EvalInterrupted);
    await expect(stopped).rejects.toThrow("Interrupted after 3 of 10 trials.");
  });

  it.each([
    [{ trials: 0 }, 'Eval "bad": trials is 0; give a whole number from 1 to 100.'],
    [
      { criteria: [{ metric: "accuracy" }] },
      'Eval "bad": a criterion asks for accuracy, but the evaluators give exact-match.',
    ],
    [{ criteria: [{ metric: "exact-match", margin: 0 }] }, 'Eval "bad": criterion on exact-match: margin:'],
    [{ evaluators: [] }, 'Eval "bad": give at least one evaluator.'],
    [
      { evaluators: [exactMatch(), exactMatch()] },
      'Eval "bad": two evaluators give the metric exact-match; name one of them otherwise.',
    ],
  ])("refuses %j when it is declared", (change, message) => {
    const define = () =>
      defineEval({ name: "bad", data: [], task: (input) => input, evaluators: [exactMatch()], ...change });
    expect(define).toThrow(message);
  });

  it("refuses two cases of one id, whose results could not be told apart", async () => {
    const data = [{ input: "same" }, { input: "same" }];
    const evaluation = defineEval({ name: "twins", data, task: (input) => input, evaluators: [exactMatch()] });
    await expect(evaluate(evaluation)).rejects.toThrow("Case 2 has the same id");
  });
});

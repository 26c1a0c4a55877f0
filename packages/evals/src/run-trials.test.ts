import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defineEval, type EvalDefinition } from "./define-eval.ts";
import { defineEvaluator } from "./evaluator.ts";
import { exactMatch } from "./evaluators.ts";
import { toRunnableCases } from "./local-case.ts";
import { ProviderError } from "./provider-error.ts";
import { planTrials, runTrials } from "./run-trials.ts";

type Numbers = EvalDefinition<number, number, number>;
const double: Pick<Numbers, "task" | "evaluators"> = {
  task: (input) => input * 2,
  evaluators: [exactMatch<number, number>()],
};

/** Runs the cases 0, 1, 2, … through the eval's task. */
async function run(
  definition: Partial<Pick<Numbers, "task" | "evaluators" | "timeoutMs">>,
  { count = 3, trials = 1, concurrency = 4, signal = new AbortController().signal, onResult = () => {} } = {},
) {
  const data = Array.from({ length: count }, (_, index) => ({ id: `c${index}`, input: index, reference: index * 2 }));
  const evaluation = defineEval<number, number, number>({ name: "double", data, ...double, ...definition });
  const cases = toRunnableCases((await evaluation.loadData?.()) ?? []);
  return runTrials(evaluation, planTrials(cases, 1, trials), { concurrency, signal, prompts: {}, onResult });
}

describe("a run", () => {
  it("gives the same results in the same order, however long each task takes and however many run at once", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(4), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 3 }),
        async (waitsMs, concurrency, trials) => {
          const task = async (input: number) => {
            await sleep(waitsMs[input]);
            return input * 2;
          };
          const results = await run({ task }, { count: waitsMs.length, trials, concurrency });
          const planned = Array.from({ length: trials * waitsMs.length }, (_, index) => ({
            caseId: `c${index % waitsMs.length}`,
            trial: Math.floor(index / waitsMs.length) + 1,
          }));
          expect(results.map(({ caseId, trial }) => ({ caseId, trial }))).toEqual(planned);
          expect(results.every(({ outcome, scores }) => outcome === "ok" && scores["exact-match"] === 1)).toBe(true);
        },
      ),
      { seed: 7, numRuns: 25 },
    );
  });

  it("never runs more tasks at once than it may, and as many where it can", async () => {
    let now = 0;
    let most = 0;
    const task = async (input: number) => {
      now += 1;
      most = Math.max(most, now);
      await sleep(2);
      now -= 1;
      return input * 2;
    };
    await run({ task }, { count: 20, concurrency: 3 });
    expect(most).toBe(3);
  });

  it("counts a task that throws as an error, and goes on", async () => {
    const task = (input: number) => {
      if (input === 1) throw new Error("no such label");
      return input * 2;
    };
    const results = await run({ task });
    expect(results.map(({ outcome }) => outcome)).toEqual(["ok", "error", "ok"]);
    expect(results[1]).toMatchObject({ error: "no such label", scores: {}, output: null });
  });

  it("counts a task that outlasts its time as an error, and tells it by its signal", async () => {
    let reason: unknown;
    const task = (input: number, { signal }: { signal: AbortSignal }) => {
      if (input !== 1) return input * 2;
      signal.addEventListener("abort", () => {
        reason = signal.reason;
      });
      return new Promise<number>(() => {});
    };
    const results = await run({ task, timeoutMs: 20 });
    expect(results.map(({ outcome }) => outcome)).toEqual(["ok", "error", "ok"]);
    expect(results[1]?.error).toBe("The task took longer than 20 ms.");
    expect(reason).toBeInstanceOf(Error);
  });

  it.each([
    ["a ProviderError", new ProviderError("overloaded")],
    ["an error that a ProviderError caused", new Error("no answer", { cause: new ProviderError("overloaded") })],
    [
      "a refused connection",
      new TypeError("fetch failed", { cause: Object.assign(new Error(), { code: "ECONNREFUSED" }) }),
    ],
    ["a model's API that limits the rate", Object.assign(new Error("slow down"), { statusCode: 429 })],
    [
      "retries that ended so",
      Object.assign(new Error("gave up"), { lastError: Object.assign(new Error(), { statusCode: 503 }) }),
    ],
  ])("makes the trial void after %s", async (_, error) => {
    const [result] = await run({ task: () => Promise.reject(error) }, { count: 1 });
    expect(result?.outcome).toBe("void");
  });

  it("holds the target to what its own mistakes are, however they arrive", async () => {
    for (const thrown of ["a string", null, Object.assign(new Error("bad request"), { statusCode: 400 })]) {
      const [result] = await run({ task: () => Promise.reject(thrown) }, { count: 1 });
      expect(result?.outcome).toBe("error");
    }
  });

  it.each([
    [
      "crashes",
      () => {
        throw new Error("boom");
      },
      "The evaluator broken failed: boom",
    ],
    [
      "gives no number",
      () => Number.NaN,
      "The evaluator broken failed: RangeError: it gave NaN instead of a finite number, a boolean or null",
    ],
    ["leaves its range", () => 1.5, "The evaluator broken failed: RangeError: it gave 1.5, outside its range [0, 1]"],
  ])("makes the trial void when an evaluator %s", async (_, judge, error) => {
    const [result] = await run({ evaluators: [defineEvaluator({ name: "broken" }, judge)] }, { count: 1 });
    expect(result).toMatchObject({ outcome: "void", error, output: 0 });
  });

  it("makes the trial void when an evaluator outlasts the time", async () => {
    const slow = defineEvaluator({ name: "slow" }, () => new Promise<number>(() => {}));
    const [result] = await run({ evaluators: [slow], timeoutMs: 20 }, { count: 1 });
    expect(result).toMatchObject({
      outcome: "void",
      error: "The evaluator slow failed: it took longer than 20 ms.",
      output: 0,
    });
  });

  it("does not wait for an evaluator when it is interrupted", async () => {
    const controller = new AbortController();
    const slow = defineEvaluator({ name: "slow" }, () => {
      controller.abort();
      return new Promise<number>(() => {});
    });
    expect(await run({ evaluators: [slow] }, { count: 1, signal: controller.signal })).toEqual([]);
  });

  it("refuses an output that is not JSON as the task's error", async () => {
    const [result] = await run({ task: () => 1n as unknown as number }, { count: 1 });
    expect(result).toMatchObject({ outcome: "error", error: expect.stringContaining("not JSON") });
  });

  it("keeps what had ended when it is interrupted, and nothing of what was cut off", async () => {
    const controller = new AbortController();
    const task = (input: number, { signal }: { signal: AbortSignal }) => {
      if (input < 2) return input * 2;
      controller.abort();
      return new Promise<number>((_, reject) => signal.addEventListener("abort", () => reject(new Error("cut off"))));
    };
    const results = await run({ task }, { count: 5, concurrency: 1, signal: controller.signal });
    expect(results.map(({ caseId }) => caseId)).toEqual(["c0", "c1"]);
  });

  it("stops at a receiver that fails", async () => {
    const onResult = () => {
      throw new Error("disk full");
    };
    await expect(run({}, { onResult })).rejects.toThrow("disk full");
  });
});

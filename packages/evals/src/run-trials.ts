/** Many trials at once, in bounded number. The order in which tasks end never shows in the results. */
import type { TrialResult } from "@ratchet/protocol";
import type { Eval } from "./define-eval.ts";
import type { RunnableCase } from "./local-case.ts";
import { runTrial, type TrialOptions } from "./run-trial.ts";

export interface Trial {
  readonly item: RunnableCase;
  /** From 1. */
  readonly trial: number;
}

export interface TrialsOptions extends TrialOptions {
  readonly concurrency: number;
  /** Called after each trial; awaited, so that a slow receiver slows the run instead of filling the memory. */
  readonly onResult?: (result: TrialResult) => void | Promise<void>;
}

/** Every case once, then every case a second time, and so on: an interrupted run has seen all cases equally often. */
export function* planTrials(cases: readonly RunnableCase[], from: number, to: number): Generator<Trial> {
  for (let trial = from; trial <= to; trial++) for (const item of cases) yield { item, trial };
}

/**
 * Runs the trials, at most `concurrency` at once, and returns their results in the order given.
 * After an interruption, what had ended by then. Rejects only when `onResult` does.
 */
export async function runTrials(
  evaluation: Eval,
  trials: Iterable<Trial>,
  options: TrialsOptions,
): Promise<TrialResult[]> {
  const results: TrialResult[] = [];
  const queue = Iterator.from(trials);
  let started = 0;
  let failed = false;
  const work = async () => {
    while (!options.signal.aborted && !failed) {
      const next = queue.next();
      if (next.done) return;
      const index = started++;
      const result = await runTrial(evaluation, next.value.item, next.value.trial, options);
      if (options.signal.aborted) return;
      results[index] = result;
      await options.onResult?.(result);
    }
  };
  const workers = Array.from({ length: options.concurrency }, () =>
    work().catch((error: unknown) => {
      failed = true;
      throw error;
    }),
  );
  await Promise.all(workers);
  // An interrupted run leaves holes where trials had begun.
  return results.filter(() => true);
}

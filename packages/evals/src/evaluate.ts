/** Runs an eval over its local data in this process: no server, no files. */
import type { TrialResult } from "@ratchet/protocol";
import { type Eval, EvalDefinitionError, refuseImpossibleSize } from "./define-eval.ts";
import {
  EvalInterrupted,
  type PromptsUnderTest,
  progressCounter,
  type RunProgress,
  runUnder,
  toVersions,
} from "./experiment-run.ts";
import { toRunnableCases } from "./local-case.ts";
import { planTrials, runTrials } from "./run-trials.ts";
import { type RunSummary, summariseResults } from "./summarise.ts";

export interface EvaluateOptions {
  /** Version and content of prompts to serve to the task in place of its own. */
  readonly prompts?: PromptsUnderTest;
  /** In place of the eval's own. */
  readonly trials?: number | undefined;
  readonly concurrency?: number | undefined;
  readonly signal?: AbortSignal;
  readonly onProgress?: ((progress: RunProgress) => void) | undefined;
}

export interface LocalRun {
  readonly summary: RunSummary;
  /** In order of trial, then case. */
  readonly results: readonly TrialResult[];
}

/**
 * Runs every case and returns what came out. A failing task is a result and no exception.
 *
 * @throws {EvalDefinitionError} when the eval names a dataset, which only a server has.
 * @throws {EvalInterrupted} when the signal aborts.
 * @example
 * const { summary } = await evaluate(shout);
 * console.log(summary.metrics["exact-match"]?.mean);
 */
export async function evaluate(evaluation: Eval, options: EvaluateOptions = {}): Promise<LocalRun> {
  if (evaluation.loadData === null) {
    throw new EvalDefinitionError(
      `Eval "${evaluation.name}" reads the dataset ${evaluation.dataset}, which only a server has: run \`ratchet eval\` with one, or give it \`data\`.`,
    );
  }
  refuseImpossibleSize(evaluation.name, options);
  const cases = toRunnableCases(await evaluation.loadData());
  const trials = options.trials ?? evaluation.trials;
  const signal = options.signal ?? new AbortController().signal;
  const underTest = options.prompts ?? {};
  const count = progressCounter(null, cases.length * trials, options.onProgress);
  const results = await runUnder(underTest, () =>
    runTrials(evaluation, planTrials(cases, 1, trials), {
      concurrency: options.concurrency ?? evaluation.concurrency,
      signal,
      prompts: toVersions(underTest),
      onResult: count.add,
    }),
  );
  if (signal.aborted) throw new EvalInterrupted(count.progress);
  const metrics = evaluation.evaluators.map(({ metric }) => metric);
  return { summary: summariseResults(metrics, cases, results), results };
}

/** One experiment from creation to finish: trials run here, results recorded on the server as they come. */
import { Experiment, type MetricInfo, type Target, type TrialResult } from "@ratchet/protocol";
import { flush } from "@ratchet/sdk";
import type { DatasetSnapshot } from "./dataset-cases.ts";
import type { Eval } from "./define-eval.ts";
import type { HttpClient } from "./http.ts";
import { planTrials, runTrials, type Trial } from "./run-trials.ts";

/** What is under test: version and content of each prompt by its name. */
export type PromptsUnderTest = Readonly<Record<string, { readonly version: string; readonly content: string }>>;

export interface ExperimentPlan {
  readonly evaluation: Eval;
  readonly snapshot: DatasetSnapshot;
  readonly prompts: PromptsUnderTest;
  readonly commit: string | null;
  readonly label: string;
  /** Failures whose fix it judges. */
  readonly failures: readonly string[];
  readonly trials: number;
  readonly concurrency: number;
}

export interface RunProgress {
  readonly experiment: string | null;
  readonly done: number;
  readonly total: number;
  readonly errors: number;
  readonly voids: number;
}

export interface RunHooks {
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: RunProgress) => void) | undefined;
}

/** The run was stopped from outside. What was recorded stays; an experiment named here is unfinished. */
export class EvalInterrupted extends Error {
  override readonly name = "EvalInterrupted";
  readonly progress: RunProgress;
  constructor(progress: RunProgress) {
    const where = progress.experiment === null ? "" : `; ${progress.experiment} is unfinished`;
    super(`Interrupted after ${progress.done} of ${progress.total} trials${where}.`);
    this.progress = progress;
  }
}

const batchSize = 200;

/** Creates, runs and finishes an experiment. Rejects with {@link EvalInterrupted} when the signal aborts. */
export async function runExperiment(http: HttpClient, plan: ExperimentPlan, hooks: RunHooks): Promise<Experiment> {
  hooks.signal.throwIfAborted();
  const { evaluation, snapshot } = plan;
  const experiment = await http.request("POST", "/api/experiments", Experiment, {
    body: {
      name: evaluation.name,
      dataset: snapshot.dataset,
      datasetVersion: snapshot.version,
      target: toTarget(plan),
      metrics: toMetrics(evaluation),
      trials: plan.trials,
      deterministic: evaluation.deterministic,
      failures: plan.failures,
    },
  });
  await recordTrials(http, experiment.id, plan, [...planTrials(snapshot.cases, 1, plan.trials)], hooks);
  return http.request("POST", `/api/experiments/${experiment.id}/finish`, Experiment, { body: {}, retry: true });
}

/** Runs trials of an experiment with the plan's prompts, and sends their results in batches. */
export async function recordTrials(
  http: HttpClient,
  experiment: string,
  plan: ExperimentPlan,
  trials: readonly Trial[],
  hooks: RunHooks,
): Promise<void> {
  const send = async (results: readonly TrialResult[]) => {
    if (results.length === 0) return;
    // The server keeps one result a case and trial, so a batch may arrive twice.
    await http.request("POST", `/api/experiments/${experiment}/results`, anything, { body: { results }, retry: true });
  };
  let batch: TrialResult[] = [];
  const count = progressCounter(experiment, trials.length, hooks.onProgress);
  try {
    await runUnder(plan.prompts, () =>
      runTrials(plan.evaluation, trials, {
        concurrency: plan.concurrency,
        signal: hooks.signal,
        prompts: toVersions(plan.prompts),
        onResult: async (result) => {
          count.add(result);
          batch.push(result);
          if (batch.length < batchSize) return;
          const full = batch;
          batch = [];
          await send(full);
        },
      }),
    );
  } finally {
    await flush();
  }
  await send(batch);
  if (hooks.signal.aborted) throw new EvalInterrupted(count.progress);
}

/** Serves the contents to the task through `@ratchet/sdk/prompts` while `work` runs. */
export async function runUnder<T>(underTest: PromptsUnderTest, work: () => Promise<T>): Promise<T> {
  const contents = Object.fromEntries(Object.entries(underTest).map(([name, { content }]) => [name, content]));
  if (Object.keys(contents).length === 0) return work();
  // Loaded only here: an eval without prompts does not need Dotprompt.
  const { prompts } = await import("@ratchet/sdk/prompts");
  return (await prompts.override(contents, work)) as T;
}

export function toVersions(underTest: PromptsUnderTest): Record<string, string> {
  return Object.fromEntries(Object.entries(underTest).map(([name, { version }]) => [name, version]));
}

export function toMetrics(evaluation: Eval): MetricInfo[] {
  return evaluation.evaluators.map(({ metric: { name, direction, range } }) => ({
    name,
    direction,
    range: range === null ? null : [range[0], range[1]],
  }));
}

export function progressCounter(experiment: string | null, total: number, report: RunHooks["onProgress"]) {
  const counts = { done: 0, errors: 0, voids: 0 };
  const counter = {
    get progress(): RunProgress {
      return { experiment, total, ...counts };
    },
    add(result: TrialResult) {
      counts.done += 1;
      if (result.outcome === "error") counts.errors += 1;
      if (result.outcome === "void") counts.voids += 1;
      report?.(counter.progress);
    },
  };
  return counter;
}

function toTarget(plan: ExperimentPlan): Target {
  return { prompts: toVersions(plan.prompts), commit: plan.commit, model: null, label: plan.label };
}

/** The answer's body is of no interest: only that it was accepted. */
const anything = { parse: (value: unknown) => value };

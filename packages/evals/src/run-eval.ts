/** What `ratchet eval` does for one eval: prompts, cases, baseline, candidate, gate. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Experiment, Gate } from "@ratchet/protocol";
import { init } from "@ratchet/sdk";
import { askGate } from "./ask-gate.ts";
import { type Baseline, type BaselineChoice, findOrRunBaseline } from "./baseline.ts";
import { refuseBrokenPrompts } from "./check-prompts.ts";
import { type DatasetSnapshot, findDatasetSnapshot, saveLocalCases } from "./dataset-cases.ts";
import { type Eval, EvalDefinitionError, refuseImpossibleSize } from "./define-eval.ts";
import { evaluate } from "./evaluate.ts";
import {
  type ExperimentPlan,
  type PromptsUnderTest,
  type RunHooks,
  type RunProgress,
  runExperiment,
  runUnder,
  toVersions,
} from "./experiment-run.ts";
import { findOptionalCheckout, toCommitName } from "./git.ts";
import type { HttpClient } from "./http.ts";
import { toRunnableCases } from "./local-case.ts";
import { isMostlyVoid } from "./mostly-void.ts";
import { findOptionalPromptsDirectory, type PromptFile, readPromptFiles } from "./prompt-files.ts";
import { pushPrompts } from "./push-prompts.ts";
import { runTrials } from "./run-trials.ts";
import type { RunSummary } from "./summarise.ts";

/** What runs now; `done` says that it ended. */
export type EvalPhase = "baseline" | "candidate" | "gate";

export interface RunEvalOptions {
  /** The eval's file: prompts are looked for from here upwards, and git is asked here. */
  readonly file: string;
  /** `null` runs over local data and writes a file below `.ratchet/evals`. */
  readonly http: HttpClient | null;
  /** Directory of the prompts under test; the nearest `prompts` at or above the eval's file by default. */
  readonly promptsDirectory?: string | undefined;
  /** The newest by default. */
  readonly datasetVersion?: number | undefined;
  readonly trials?: number | undefined;
  readonly concurrency?: number | undefined;
  /** `live` by default with `gate`, else `none`. */
  readonly baseline?: BaselineChoice | undefined;
  /** Ask the server for the verdict on the eval's criteria. */
  readonly gate?: boolean | undefined;
  /** Failures (`F-12`) that the change is meant to fix. */
  readonly fixes?: readonly string[] | undefined;
  /** What is tried, in a few words: the experiment's label, and the message of prompt versions that are new. */
  readonly label?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onPhase?: ((phase: EvalPhase) => void) | undefined;
  readonly onProgress?: ((progress: RunProgress) => void) | undefined;
  /** Where `.ratchet/evals` is made without a server; the working directory by default. */
  readonly outputDirectory?: string | undefined;
}

export interface EvalReport {
  readonly name: string;
  readonly file: string;
  readonly dataset: string | null;
  readonly datasetVersion: number | null;
  readonly candidate: Experiment | null;
  readonly baseline: Experiment | null;
  readonly baselineReused: boolean | null;
  readonly gate: Gate | null;
  /** Of a run without a server, else `null`: there the experiments hold the summaries. */
  readonly local: (RunSummary & { readonly resultsFile: string }) | null;
  /** The gate's; without one 0, or 4 when more than 5 % of the cases are void. */
  readonly exitCode: number;
}

/**
 * Runs one eval to its end.
 *
 * Rejects with `EvalInterrupted`, `BaselineError`, `EvalDefinitionError`, `PromptFileError`, or one of the HTTP client's errors.
 */
export async function runEval(evaluation: Eval, options: RunEvalOptions): Promise<EvalReport> {
  const directory = dirname(resolve(options.file));
  const promptsDirectory = options.promptsDirectory ?? (await findOptionalPromptsDirectory(directory));
  const files = promptsDirectory === undefined ? [] : await readPromptFiles(promptsDirectory);
  await refuseBrokenPrompts(files);
  if (options.http === null) return runLocally(evaluation, toPromptsUnderTest(files), options);
  refuseContradictions(evaluation, options);

  const { http, fixes = [] } = options;
  init({ url: http.address.url, project: http.address.project, ...withKey(http.address.apiKey) });
  if (promptsDirectory !== undefined) {
    await pushPrompts(http, files, { directory: promptsDirectory, fixes, message: options.label ?? "" });
  }
  const plan = await planCandidate(http, evaluation, files, options);
  const hooks = { signal: options.signal ?? new AbortController().signal, onProgress: options.onProgress };

  await warmUp(plan, hooks);
  const choice = options.baseline ?? (options.gate ? "live" : "none");
  if (choice !== "none") options.onPhase?.("baseline");
  const baseline = await findOrRunBaseline(http, choice, plan, hooks);
  options.onPhase?.("candidate");
  const candidate = await runExperiment(http, plan, hooks);
  let gate: Gate | null = null;
  if (options.gate && baseline) {
    options.onPhase?.("gate");
    gate = await askGate(http, { candidate: candidate.id, baseline: baseline.experiment.id, plan }, hooks);
  }
  return toReport(evaluation, options.file, plan.snapshot, candidate, baseline, gate);
}

function refuseContradictions(evaluation: Eval, options: RunEvalOptions): void {
  refuseImpossibleSize(evaluation.name, options);
  if (!options.gate) return;
  if (evaluation.criteria.length === 0) {
    throw new EvalDefinitionError(
      `Eval "${evaluation.name}" has no criteria, so a gate has nothing to decide. ` +
        `Add them, as criteria: [{ metric: "${evaluation.evaluators[0]?.metric.name}", margin: 0.05 }].`,
    );
  }
  if (options.baseline === "none") {
    throw new EvalDefinitionError(`A gate needs a baseline: name an experiment (--baseline E-1) or use "live".`);
  }
}

/**
 * One trial that is not recorded, where something unbounded such as time is measured: loading models and code would
 * count against whichever side runs first in this process.
 */
async function warmUp(plan: ExperimentPlan, hooks: RunHooks): Promise<void> {
  const [item] = plan.snapshot.cases;
  if (item === undefined || plan.evaluation.evaluators.every(({ metric }) => metric.range !== null)) return;
  const { signal } = hooks;
  await runUnder(plan.prompts, () =>
    runTrials(plan.evaluation, [{ item, trial: 0 }], { concurrency: 1, signal, prompts: toVersions(plan.prompts) }),
  );
}

async function planCandidate(
  http: HttpClient,
  evaluation: Eval,
  files: readonly PromptFile[],
  options: RunEvalOptions,
): Promise<ExperimentPlan> {
  return {
    evaluation,
    snapshot: await findSnapshot(http, evaluation, options),
    prompts: toPromptsUnderTest(files),
    commit: toCommitName(await findOptionalCheckout(dirname(resolve(options.file)), "tree")),
    label: options.label ?? "",
    failures: options.fixes ?? [],
    trials: options.trials ?? evaluation.trials,
    concurrency: options.concurrency ?? evaluation.concurrency,
  };
}

async function findSnapshot(http: HttpClient, evaluation: Eval, options: RunEvalOptions): Promise<DatasetSnapshot> {
  if (evaluation.loadData !== null) {
    return saveLocalCases(http, evaluation.name, toRunnableCases(await evaluation.loadData()));
  }
  const snapshot = await findDatasetSnapshot(
    http,
    evaluation.dataset as string,
    options.datasetVersion,
    options.signal,
  );
  if (snapshot.cases.length === 0) {
    throw new EvalDefinitionError(
      `Dataset ${snapshot.dataset} v${snapshot.version} has no cases. Capture some from a failure, or push a file: ratchet datasets push ${snapshot.dataset} cases.jsonl`,
    );
  }
  return snapshot;
}

async function runLocally(evaluation: Eval, prompts: PromptsUnderTest, options: RunEvalOptions): Promise<EvalReport> {
  const { trials, concurrency, onProgress, signal } = options;
  options.onPhase?.("candidate");
  const run = await evaluate(evaluation, { prompts, trials, concurrency, onProgress, ...(signal ? { signal } : {}) });
  const directory = join(
    options.outputDirectory ?? process.cwd(),
    ".ratchet/evals",
    evaluation.name.replaceAll("/", "-"),
  );
  const resultsFile = join(directory, `${new Date().toISOString().replaceAll(":", "-")}.json`);
  await mkdir(directory, { recursive: true });
  await writeFile(resultsFile, `${JSON.stringify({ schemaVersion: 1, name: evaluation.name, ...run }, null, 2)}\n`);
  return {
    name: evaluation.name,
    file: options.file,
    dataset: null,
    datasetVersion: null,
    candidate: null,
    baseline: null,
    baselineReused: null,
    gate: null,
    local: { ...run.summary, resultsFile },
    exitCode: toExitCode(run.summary),
  };
}

function toReport(
  evaluation: Eval,
  file: string,
  { dataset, version }: DatasetSnapshot,
  candidate: Experiment,
  baseline: Baseline | null,
  gate: Gate | null,
): EvalReport {
  return {
    name: evaluation.name,
    file,
    dataset,
    datasetVersion: version,
    candidate,
    baseline: baseline?.experiment ?? null,
    baselineReused: baseline?.reused ?? null,
    gate,
    local: null,
    exitCode: gate?.exitCode ?? toExitCode(candidate),
  };
}

function toExitCode(counts: { caseCount: number; voidCount: number }): 0 | 4 {
  return isMostlyVoid(counts) ? 4 : 0;
}

function toPromptsUnderTest(files: readonly PromptFile[]): PromptsUnderTest {
  return Object.fromEntries(files.map(({ name, version, content }) => [name, { version, content }]));
}

function withKey(apiKey: string | undefined): { apiKey?: string } {
  return apiKey === undefined ? {} : { apiKey };
}

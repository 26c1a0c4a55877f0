/** What a candidate is compared with: a named experiment, or what is live, run anew when nobody has yet. */
import { type Experiment, ExperimentDetail, ExperimentList, SdkConfig } from "@ratchet/protocol";
import {
  type ExperimentPlan,
  type PromptsUnderTest,
  type RunHooks,
  runExperiment,
  toMetrics,
} from "./experiment-run.ts";
import type { HttpClient } from "./http.ts";
import { isMostlyVoid } from "./mostly-void.ts";
import { toPromptVersion } from "./prompt-files.ts";

/** An experiment's id, `live` for the live release's prompts, or `none`. */
export type BaselineChoice = string;

export interface Baseline {
  readonly experiment: Experiment;
  /** False when it had to be run for this comparison. */
  readonly reused: boolean;
}

/** The baseline cannot be had; the message says what to do. */
export class BaselineError extends Error {
  override readonly name = "BaselineError";
  readonly code = "baseline";
}

/**
 * Finds or runs the baseline of a candidate.
 *
 * @throws {BaselineError} when nothing is live, or the experiment named is unfinished or of other cases.
 */
export async function findOrRunBaseline(
  http: HttpClient,
  choice: BaselineChoice,
  candidate: ExperimentPlan,
  hooks: RunHooks,
): Promise<Baseline | null> {
  if (choice === "none") return null;
  if (choice !== "live") return { experiment: await findNamed(http, choice, candidate), reused: true };
  const prompts = await findLivePrompts(http);
  const earlier = await findOptionalEarlier(http, candidate, prompts);
  if (earlier) return { experiment: earlier, reused: true };
  const plan = { ...candidate, prompts, label: "baseline: live", failures: [] };
  return { experiment: await runExperiment(http, plan, hooks), reused: false };
}

async function findNamed(http: HttpClient, id: string, { snapshot }: ExperimentPlan): Promise<Experiment> {
  const found = await http.request("GET", `/api/experiments/${encodeURIComponent(id)}`, ExperimentDetail);
  if (found.state !== "finished") {
    throw new BaselineError(`${id} is not finished, so it cannot be a baseline. Name another, or use --baseline live.`);
  }
  if (found.dataset !== snapshot.dataset || found.datasetVersion !== snapshot.version) {
    throw new BaselineError(
      `${id} ran over ${found.dataset} v${found.datasetVersion}, the candidate over ${snapshot.dataset} v${snapshot.version}. ` +
        `Add --dataset-version ${found.datasetVersion}, or use --baseline live to run what is live over the same cases.`,
    );
  }
  return found;
}

/** Content of every prompt of the live release. */
async function findLivePrompts(http: HttpClient): Promise<PromptsUnderTest> {
  const { release, contents } = await http.request("GET", "/api/sdk/config", SdkConfig);
  if (release === null) {
    throw new BaselineError(
      "No release is live in this project, so there is nothing to compare with. " +
        "Make the first with `ratchet release create`, name an experiment (--baseline E-1), or use --baseline none.",
    );
  }
  return Object.fromEntries(
    Object.entries(release.prompts).map(([name, version]) => {
      const content = contents[`${name}@${version}`]?.content;
      if (content === undefined || toPromptVersion(content) !== version) {
        throw new BaselineError(
          `The server does not give the content of ${name}@${version}, which ${release.id} names.`,
        );
      }
      return [name, { version, content }];
    }),
  );
}

/** The newest finished run of the same eval over the same cases with the same prompts, measured at least as well. */
async function findOptionalEarlier(
  http: HttpClient,
  candidate: ExperimentPlan,
  prompts: PromptsUnderTest,
): Promise<Experiment | undefined> {
  const { evaluation, snapshot, trials } = candidate;
  const { experiments } = await http.request("GET", "/api/experiments", ExperimentList, {
    query: { dataset: snapshot.dataset },
  });
  const names = Object.keys(prompts);
  return experiments.find(
    (earlier) =>
      earlier.name === evaluation.name &&
      earlier.state === "finished" &&
      earlier.datasetVersion === snapshot.version &&
      earlier.caseCount === snapshot.cases.length &&
      // Reused, it would make every verdict to come "infrastructure".
      !isMostlyVoid(earlier) &&
      earlier.trials >= trials &&
      toMetrics(evaluation).every(({ name }) => earlier.metrics.some((metric) => metric.name === name)) &&
      Object.keys(earlier.target.prompts).length === names.length &&
      names.every((name) => earlier.target.prompts[name] === prompts[name]?.version),
  );
}

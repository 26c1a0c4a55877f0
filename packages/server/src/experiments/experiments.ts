/** Experiments: one target run over one dataset version, and two of them compared. */
import type {
  Comparison,
  Experiment,
  ExperimentCreate,
  ExperimentDetail,
  MetricInfo,
  ServerEvent,
  TrialResult,
} from "@ratchet/protocol";
import { previewOf } from "@ratchet/protocol/preview";
import { lockedTrials } from "@ratchet/stats";
import type { z } from "zod";
import type { Datasets, DigestedCase } from "../datasets/datasets.ts";
import { ProblemError } from "../problem.ts";
import type { ProjectScope } from "../router.ts";
import { checkResults } from "./check-results.ts";
import { pairCases } from "./compare.ts";
import type { ExperimentRow, ExperimentStore } from "./store.ts";
import { type Summary, summarise } from "./summarise.ts";
import { countPasses } from "./trials.ts";

/** A case is locked when it passed in at least this share of its trials. */
const lockShare = 0.8;
/** Of a case's input, beside its results. */
const inputCharacters = 200;

export function createExperiments(
  store: ExperimentStore,
  publish: (event: ServerEvent) => void,
  now: () => Date,
  datasets: Pick<Datasets, "readCases" | "readCaseIds" | "lock">,
) {
  const announce = (project: ProjectScope, id: string) => publish({ type: "experiment", project: project.slug, id });
  const findRow = async (project: ProjectScope, id: string): Promise<ExperimentRow> => {
    const row = await store.findOptionalExperiment(project.id, id);
    if (row) return row;
    throw new ProblemError(
      "not-found",
      `There is no experiment ${id} in project ${project.slug}. GET /api/experiments lists them.`,
    );
  };
  const computeSummary = async (project: ProjectScope, row: ExperimentRow): Promise<Summary> => {
    const results = await store.listResults(project.id, row.id);
    return summarise(row, results, await datasets.readCases(project, row.dataset, row.datasetVersion));
  };
  const toExperiment = async (project: ProjectScope, row: ExperimentRow): Promise<Experiment> => {
    const { summary, ...rest } = row;
    const { metrics, ...counts } = summary ?? (await computeSummary(project, row));
    return { ...rest, ...counts, summary: metrics };
  };
  const toExperiments = (project: ProjectScope, rows: ExperimentRow[]) =>
    Promise.all(rows.map((row) => toExperiment(project, row)));

  return {
    /** Newest first. */
    list: async (project: ProjectScope, dataset?: string): Promise<Experiment[]> =>
      toExperiments(project, await store.listExperiments(project.id, dataset)),

    listIds: async (project: ProjectScope, dataset: string): Promise<string[]> =>
      (await store.listExperiments(project.id, dataset)).map(({ id }) => id),

    /** Newest first: those that judge any of the failures. */
    listByFailure: async (project: ProjectScope, failures: readonly string[]): Promise<Experiment[]> =>
      toExperiments(project, await store.listExperimentsByFailure(project.id, failures)),

    /** The prompt versions under test, with the newest verdict of each experiment as the candidate. */
    async listPromptsUnderTest(project: ProjectScope) {
      const [rows, verdicts] = await Promise.all([store.listExperiments(project.id), store.listVerdicts(project.id)]);
      return rows.map(({ id, target }) => ({
        id,
        prompts: target.prompts,
        verdict: verdicts.find(({ candidate }) => candidate === id)?.verdict ?? null,
      }));
    },

    /** @throws ProblemError `not-found` */
    find: async (project: ProjectScope, id: string): Promise<Experiment> =>
      toExperiment(project, await findRow(project, id)),

    /** @throws ProblemError `not-found` */
    async findDetail(project: ProjectScope, id: string): Promise<ExperimentDetail> {
      const experiment = await toExperiment(project, await findRow(project, id));
      const [results, cases] = await Promise.all([
        store.listResults(project.id, id),
        datasets.readCases(project, experiment.dataset, experiment.datasetVersion),
      ]);
      const inputs = Object.fromEntries(cases.map((each) => [each.id, previewOf(each.input, inputCharacters)]));
      return { ...experiment, results, inputs };
    },

    /** Of these cases' runs, in any experiment. */
    listRunsOfCases: (project: ProjectScope, cases: readonly { dataset: string; caseId: string }[]) =>
      store.listRunTraces(project.id, cases),

    /** Scores stay: verdicts rest on them. What was answered goes. */
    async eraseResults(project: ProjectScope, cases: readonly { dataset: string; caseId: string }[]): Promise<void> {
      await store.eraseResults(project.id, cases);
    },

    readResults: (project: ProjectScope, id: string): Promise<TrialResult[]> => store.listResults(project.id, id),

    /** @throws ProblemError `not-found` for the dataset version, `invalid-request` for metrics that cannot be told apart. */
    async create(project: ProjectScope, request: z.output<typeof ExperimentCreate>): Promise<Experiment> {
      await datasets.readCaseIds(project, request.dataset, request.datasetVersion);
      checkMetrics(request.metrics);
      const id = await store.insertExperiment(project.id, { ...request, createdAt: now().toISOString() });
      announce(project, id);
      return toExperiment(project, await findRow(project, id));
    },

    /**
     * Stores results that are not there yet. A finished experiment takes more, as re-runs of locked cases do.
     *
     * @throws ProblemError `not-found`, or `invalid-request` with nothing stored.
     */
    async addResults(project: ProjectScope, id: string, results: readonly TrialResult[]) {
      const row = await findRow(project, id);
      checkResults(results, row.metrics, await datasets.readCaseIds(project, row.dataset, row.datasetVersion));
      const stored = await store.insertResults(project.id, id, results);
      if (row.state === "finished") {
        await store.saveSummary(project.id, id, await computeSummary(project, row), now().toISOString());
      }
      if (stored > 0) announce(project, id);
      return { stored, alreadyThere: results.length - stored };
    },

    /** Finishing again changes nothing. @throws ProblemError `not-found` */
    async finish(project: ProjectScope, id: string): Promise<Experiment> {
      const row = await findRow(project, id);
      if (row.state === "running") {
        await store.saveSummary(project.id, id, await computeSummary(project, row), now().toISOString());
        announce(project, id);
      }
      return toExperiment(project, await findRow(project, id));
    },

    /** @throws ProblemError `not-found`, or `invalid-request` when the two have nothing to compare. */
    async compare(
      project: ProjectScope,
      request: { baseline: string; candidate: string; metric?: string | undefined },
    ): Promise<Comparison> {
      const [baseline, candidate] = [
        await findRow(project, request.baseline),
        await findRow(project, request.candidate),
      ];
      if (baseline.dataset !== candidate.dataset) {
        throw new ProblemError(
          "invalid-request",
          `${baseline.id} ran on the dataset ${baseline.dataset}, ${candidate.id} on ${candidate.dataset}: they have no case in common.`,
        );
      }
      const metric = findSharedMetric(baseline, candidate, request.metric);
      const cases = await datasets.readCases(project, candidate.dataset, candidate.datasetVersion);
      const { common, note } =
        baseline.datasetVersion === candidate.datasetVersion
          ? { common: cases, note: null }
          : keepCommon(
              cases,
              await datasets.readCases(project, baseline.dataset, baseline.datasetVersion),
              `${baseline.id} ran on version ${baseline.datasetVersion} of ${baseline.dataset}, ${candidate.id} on version ${candidate.datasetVersion}`,
            );
      const sides = {
        baseline: { trials: baseline.trials, results: await store.listResults(project.id, baseline.id) },
        candidate: { trials: candidate.trials, results: await store.listResults(project.id, candidate.id) },
      };
      return {
        baseline: await toExperiment(project, baseline),
        candidate: await toExperiment(project, candidate),
        metric: metric.name,
        pairs: pairCases(common, metric, sides),
        gate: (await store.findOptionalNewestGate(project.id, request)) ?? null,
        ...(note === null ? {} : { notes: [note] }),
      };
    },

    /**
     * The ratchet: what a release passed on its way out may not fail again. Cases that passed in 80 % of at least five
     * trials are locked with their record. Where the target is deterministic one trial tells, but a single failure then
     * blocks: so only captured failures are locked, not each case of a benchmark that any change may lose.
     *
     * @throws ProblemError `not-found`
     */
    async lockPassingCases(project: ProjectScope, id: string): Promise<void> {
      const row = await findRow(project, id);
      const counts = countPasses(await store.listResults(project.id, id), row.metrics);
      const cases = await datasets.readCases(project, row.dataset, row.datasetVersion);
      const captured = new Set(cases.filter(({ failure }) => failure !== undefined).map((each) => each.id));
      const isEnough = (caseId: string, trials: number) =>
        trials >= lockedTrials || (row.deterministic && captured.has(caseId));
      const records = [...counts]
        .filter(([caseId, { passes, trials }]) => isEnough(caseId, trials) && passes >= lockShare * trials)
        .map(([caseId, count]) => ({ caseId, ...count }));
      await datasets.lock(project, row.dataset, row.datasetVersion, records);
    },
  };
}

export type Experiments = ReturnType<typeof createExperiments>;

function checkMetrics(metrics: readonly MetricInfo[]): void {
  const seen = new Set<string>();
  for (const [index, { name, range }] of metrics.entries()) {
    if (seen.has(name)) throw new ProblemError("invalid-request", `metrics.${index}.name: ${name} is declared twice.`);
    if (range !== null && !(range[0] < range[1])) {
      throw new ProblemError("invalid-request", `metrics.${index}.range: it rises, unlike [${range.join(", ")}].`);
    }
    seen.add(name);
  }
}

function findSharedMetric(baseline: ExperimentRow, candidate: ExperimentRow, name: string | undefined): MetricInfo {
  const shared = candidate.metrics.filter((metric) => baseline.metrics.some((other) => other.name === metric.name));
  const found = name === undefined ? shared[0] : shared.find((metric) => metric.name === name);
  if (found) return found;
  const choice = shared.map((metric) => metric.name).join(", ") || "none";
  throw new ProblemError(
    "invalid-request",
    `metric: ${name ?? "None"} is not measured in both ${baseline.id} and ${candidate.id}. Both have: ${choice}.`,
  );
}

/** A case that changed between the versions is another case: its scores say nothing about the change of the target. */
function keepCommon(cases: readonly DigestedCase[], others: readonly DigestedCase[], situation: string) {
  const digests = new Map(others.map(({ id, digest }) => [id, digest]));
  const common = cases.filter(({ id, digest }) => digests.get(id) === digest);
  const note = `${situation}: only the ${common.length} cases that are the same in both are compared.`;
  return { common, note };
}

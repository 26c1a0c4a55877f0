/** Gates: whether a candidate may pass for no worse than its baseline. */
import { createHash } from "node:crypto";
import type { Criterion, Experiment, Gate, GateCreate, ServerEvent, TrialResult } from "@ratchet/protocol";
import { decideGate, errorRate, type GateDecision, type GateInput, type GateVerdict } from "@ratchet/stats";
import type { z } from "zod";
import type { Datasets } from "../datasets/datasets.ts";
import { ProblemError } from "../problem.ts";
import type { ProjectScope } from "../router.ts";
import { type FindMetric, reasonOf, sentenceOf, wordOf } from "./describe-gate.ts";
import type { Experiments } from "./experiments.ts";
import type { ExperimentStore, GateDecided, GateHeadline } from "./store.ts";
import { countPasses, plannedOnly, toArm, toGateCase } from "./trials.ts";

export type { GateHeadline } from "./store.ts";

const exitCodes = { pass: 0, regress: 1, inconclusive: 3, infrastructure: 4 } as const satisfies Record<
  GateVerdict,
  number
>;

export function createGates(
  store: ExperimentStore,
  publish: (event: ServerEvent) => void,
  now: () => Date,
  others: {
    datasets: Pick<Datasets, "readCases">;
    experiments: Pick<Experiments, "find" | "readResults">;
  },
) {
  const { datasets, experiments } = others;
  return {
    /** Newest first. */
    list: (project: ProjectScope, candidate?: string): Promise<Gate[]> => store.listGates(project.id, candidate),

    listNewest: (project: ProjectScope, limit: number): Promise<Gate[]> => store.listNewestGates(project.id, limit),

    /** Newest first: those that judge a fix of any of the failures. */
    listByFailure: (project: ProjectScope, failures: readonly string[]): Promise<GateHeadline[]> =>
      store.listGatesByFailure(project.id, failures),

    /** @throws ProblemError `not-found` */
    async find(project: ProjectScope, id: string): Promise<Gate> {
      const gate = await store.findOptionalGate(project.id, id);
      if (gate) return gate;
      throw new ProblemError(
        "not-found",
        `There is no gate ${id} in project ${project.slug}. GET /api/gates lists them.`,
      );
    },

    /**
     * Decides, and counts the look.
     *
     * @throws ProblemError `not-found`, `conflict` while one of the two still runs, `invalid-request` when they or the
     * criteria do not fit together.
     */
    async create(project: ProjectScope, request: z.output<typeof GateCreate>): Promise<Gate> {
      const candidate = await experiments.find(project, request.candidate);
      const baseline = await experiments.find(project, request.baseline);
      checkComparable(candidate, baseline);
      const criteria = fitCriteria(request.criteria, candidate, baseline);
      const cases = await datasets.readCases(project, candidate.dataset, candidate.datasetVersion);
      const candidateResults = await experiments.readResults(project, candidate.id);
      const baselineResults = await experiments.readResults(project, baseline.id);
      const failures = [...new Set([...request.failures, ...candidate.failures])];
      const passes = countPasses(candidateResults, candidate.metrics);
      const input: GateInput = {
        cases: cases.map(toGateCase),
        metrics: candidate.metrics,
        criteria,
        baseline: toArm(baseline, baselineResults),
        candidate: toArm(candidate, candidateResults),
        locked: cases.flatMap(({ id, locked: record }) =>
          record === null ? [] : [{ caseId: id, record, now: passes.get(id) ?? { passes: 0, trials: 0 } }],
        ),
        deterministic: candidate.deterministic,
      };
      const evidence = digestEvidence(criteria, [
        plannedOnly(candidateResults, candidate.trials),
        plannedOnly(baselineResults, baseline.trials),
      ]);
      const at = now().toISOString();
      const gate = await store.saveGate(
        project.id,
        { candidate: candidate.id, baseline: baseline.id, failures, plannedLooks: request.plannedLooks, evidence, at },
        (look, plannedLooks) => {
          const decision = decide({ ...input, look, plannedLooks });
          return toGate(decision, { candidate, baseline, failures, createdAt: at });
        },
      );
      publish({ type: "gate", project: project.slug, id: gate.id });
      return gate;
    },
  };
}

export type Gates = ReturnType<typeof createGates>;

function checkComparable(candidate: Experiment, baseline: Experiment): void {
  for (const { id, state } of [candidate, baseline]) {
    if (state === "finished") continue;
    throw new ProblemError("conflict", `${id} is still running. Finish it with POST /api/experiments/${id}/finish.`);
  }
  if (candidate.dataset === baseline.dataset && candidate.datasetVersion === baseline.datasetVersion) return;
  const place = ({ id, dataset, datasetVersion }: Experiment) => `${id} on ${dataset} v${datasetVersion}`;
  throw new ProblemError(
    "invalid-request",
    `A gate compares the same cases: ${place(candidate)} and ${place(baseline)} ran on different ones. Run both on one version.`,
  );
}

/** Fits criteria to what was measured; "lower is better" counts wherever it was said, as "higher" is only a default. */
function fitCriteria(criteria: readonly Criterion[], candidate: Experiment, baseline: Experiment): Criterion[] {
  return criteria.map((criterion, index) => {
    if (criterion.metric === errorRate.name) return { ...criterion, direction: errorRate.direction };
    const [measured, before] = [candidate, baseline].map(({ metrics }) =>
      metrics.find(({ name }) => name === criterion.metric),
    );
    if (!measured || !before) {
      const names = candidate.metrics.map(({ name }) => name).join(", ");
      throw new ProblemError(
        "invalid-request",
        `criteria.${index}.metric: ${criterion.metric} is not measured by both experiments. ${candidate.id} has: ${names}.`,
      );
    }
    if (String(measured.range) !== String(before.range)) {
      throw new ProblemError(
        "invalid-request",
        `criteria.${index}.metric: ${criterion.metric} has another range in ${candidate.id} than in ${baseline.id}.`,
      );
    }
    return { ...criterion, direction: measured.direction === "lower" ? "lower" : criterion.direction };
  });
}

/** The same results judged by the same criteria are the same look, however often they are asked about. */
function digestEvidence(criteria: readonly Criterion[], arms: readonly TrialResult[][]): string {
  const results = arms.map((arm) => arm.map(({ caseId, trial, outcome, scores }) => [caseId, trial, outcome, scores]));
  return createHash("sha256")
    .update(JSON.stringify([criteria, results]))
    .digest("hex");
}

function decide(input: GateInput): GateDecision {
  try {
    return decideGate(input);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ProblemError("invalid-request", error.message, { cause: error });
  }
}

function toGate(
  decision: GateDecision,
  about: { candidate: Experiment; baseline: Experiment; failures: string[]; createdAt: string },
): GateDecided {
  const { candidate, baseline, failures, createdAt } = about;
  const metrics = new Map([...candidate.metrics, errorRate].map((metric) => [metric.name, metric]));
  const findMetric: FindMetric = (name) => metrics.get(name);
  const { verdict, voidCases, onlyBaseline, onlyCandidate, locked, look, plannedLooks, alphaSpent } = decision;
  return {
    candidate: candidate.id,
    baseline: baseline.id,
    dataset: candidate.dataset,
    datasetVersion: candidate.datasetVersion,
    verdict,
    exitCode: exitCodes[verdict],
    sentence: sentenceOf(decision, findMetric),
    look,
    maxLooks: plannedLooks,
    alphaSpent,
    criteria: decision.criteria.map((result) => {
      const { minimumBound: _, criterion, ...numbers } = result;
      return { ...numbers, criterion, word: wordOf(result), reason: reasonOf(result, findMetric) };
    }),
    locked,
    onlyBaseline,
    onlyCandidate,
    voidCases,
    warnings: decision.warnings.map(describeWarning),
    failures,
    createdAt,
  };
}

function describeWarning(warning: GateDecision["warnings"][number]): string {
  if (warning.kind === "simpson") {
    return `${warning.metric} leans one way over all cases and the other way in every segment: look at the segments, and at the cases that belong to none.`;
  }
  const { metric, caseIds } = warning;
  return `${caseIds.length} cases have a score for ${metric} on one side only, and are left out: ${caseIds.slice(0, 5).join(", ")}${caseIds.length > 5 ? ", …" : ""}.`;
}

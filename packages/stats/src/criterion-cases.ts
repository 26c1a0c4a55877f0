/** The cases that one criterion compares, paired over the arms. */
import type { ClusterLabels } from "./clusters.ts";
import { caseValues, type GateArm, type GateCase, type GateMetric } from "./gate-cases.ts";

export interface GateCriterion {
  metric: string;
  /** Metadata that a case must equal; absent = all cases. */
  segment?: Readonly<Record<string, string | number | boolean | null>> | undefined;
  direction: "higher" | "lower";
  /** What the candidate may be worse by: absolute (0.05), or relative to the baseline's mean ("5%"). Never 0. */
  margin: number | string;
  /** The worst mean that the candidate may have on its own: a largest one where lower is better. */
  minimum?: number | undefined;
  role: "primary" | "guardrail";
}

export interface GateRun {
  /** Of the dataset version. */
  cases: readonly GateCase[];
  /** Those that both arms ran without a void trial. */
  paired: readonly GateCase[];
  baseline: GateArm;
  candidate: GateArm;
}

export interface CriterionCases {
  /** As measured. */
  baseline: number[];
  candidate: number[];
  /** Absent when no two cases of the segment share a source. */
  clusters: ClusterLabels | undefined;
  /** Each case has one 0/1 value an arm. */
  binary: boolean;
  /** Cases that only one arm has a value for. */
  unscored: string[];
}

export function collectCases(criterion: GateCriterion, metric: GateMetric, run: GateRun): CriterionCases {
  const inSegment = ({ metadata }: GateCase) =>
    Object.entries(criterion.segment ?? {}).every(([key, value]) => (metadata[key] ?? null) === value);
  // The criterion says which way is better, so also which end of the range an error counts as.
  const directed = { ...metric, direction: criterion.direction };
  const baselineValues = caseValues(run.baseline, directed);
  const candidateValues = caseValues(run.candidate, directed);
  const pairs: { left: number; right: number; label: string | null }[] = [];
  const unscored: string[] = [];
  for (const { id, cluster } of run.paired.filter(inSegment)) {
    const [left, right] = [baselineValues.get(id), candidateValues.get(id)];
    if (left !== undefined && right !== undefined) pairs.push({ left, right, label: cluster ?? null });
    else if (left !== right) unscored.push(id);
  }
  // Asked of the dataset, not of the results: the method must not depend on what came out.
  const sources = run.cases.filter(inSegment).flatMap(({ cluster }) => (cluster == null ? [] : [cluster]));
  const clustered = new Set(sources).size < sources.length;
  const oneTrial = run.baseline.plannedTrials === 1 && run.candidate.plannedTrials === 1;
  return {
    baseline: pairs.map(({ left }) => left),
    candidate: pairs.map(({ right }) => right),
    clusters: clustered ? pairs.map(({ label }) => label) : undefined,
    binary: oneTrial && pairs.every(({ left, right }) => isBit(left) && isBit(right)),
    unscored,
  };
}

function isBit(value: number): boolean {
  return value === 0 || value === 1;
}

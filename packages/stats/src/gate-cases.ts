/** From trials to one value a case: what the gate's criteria compare. */

/** One run of one case. `void` is a failure of the harness or provider, not of the target. */
export interface GateTrial {
  caseId: string;
  /** From 1. */
  trial: number;
  outcome: "ok" | "error" | "void";
  /** By metric; absent or `null` where the metric does not apply. */
  scores: Readonly<Record<string, number | null>>;
}

export interface GateArm {
  /** Trials a case that were planned. Later ones (re-runs of locked cases) say nothing about the criteria. */
  plannedTrials: number;
  trials: readonly GateTrial[];
}

export interface GateCase {
  id: string;
  metadata: Readonly<Record<string, string | number | boolean | null>>;
  /** Cases with the same source. */
  cluster?: string | null | undefined;
}

export interface GateMetric {
  name: string;
  direction: "higher" | "lower";
  /** Of a score; `null` when it has no bounds, as a duration. */
  range: readonly [number, number] | null;
}

/** Every gate guards this one: the share of a case's trials that failed with an error. */
export const errorRate: GateMetric = { name: "error-rate", direction: "lower", range: [0, 1] };

/** Which cases both arms ran, and which cannot be compared. */
export interface CaseSides {
  paired: GateCase[];
  /** Among those that both arms ran: a trial of either arm was void. */
  voidCases: string[];
  onlyBaseline: string[];
  onlyCandidate: string[];
}

/** @throws RangeError when a trial belongs to no case. */
export function splitSides(cases: readonly GateCase[], baseline: GateArm, candidate: GateArm): CaseSides {
  const known = new Set(cases.map(({ id }) => id));
  const [inBaseline, inCandidate] = [baseline, candidate].map((arm) => new Set(arm.trials.map(({ caseId }) => caseId)));
  for (const id of [...(inBaseline as Set<string>), ...(inCandidate as Set<string>)]) {
    if (!known.has(id)) throw new RangeError(`A trial belongs to no case: ${id}`);
  }
  const voided = new Set<string>();
  for (const arm of [baseline, candidate]) {
    for (const trial of planned(arm)) if (trial.outcome === "void") voided.add(trial.caseId);
  }
  const sides: CaseSides = { paired: [], voidCases: [], onlyBaseline: [], onlyCandidate: [] };
  for (const each of cases) {
    const left = inBaseline?.has(each.id);
    const right = inCandidate?.has(each.id);
    if (left && right) {
      if (voided.has(each.id)) sides.voidCases.push(each.id);
      else sides.paired.push(each);
    } else if (left) sides.onlyBaseline.push(each.id);
    else if (right) sides.onlyCandidate.push(each.id);
  }
  return sides;
}

/**
 * Each case's mean over its planned trials. An errored trial counts as the worst value of the metric's range; without a
 * range it is left out, and only `error-rate` tells of it. Cases without any value are absent.
 *
 * @throws RangeError when a score is not finite or lies outside the metric's range.
 */
export function caseValues(arm: GateArm, metric: GateMetric): Map<string, number> {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const trial of planned(arm)) {
    const value = trialValue(trial, metric);
    if (value === null) continue;
    const known = sums.get(trial.caseId) ?? { sum: 0, count: 0 };
    sums.set(trial.caseId, { sum: known.sum + value, count: known.count + 1 });
  }
  return new Map([...sums].map(([caseId, { sum, count }]) => [caseId, sum / count]));
}

function trialValue({ caseId, outcome, scores }: GateTrial, metric: GateMetric): number | null {
  if (outcome === "void") return null;
  if (metric.name === errorRate.name) return outcome === "error" ? 1 : 0;
  if (outcome === "error") return metric.range === null ? null : metric.range[metric.direction === "higher" ? 0 : 1];
  const score = Object.hasOwn(scores, metric.name) ? (scores[metric.name] ?? null) : null;
  if (score === null) return null;
  const [low, high] = metric.range ?? [-Number.MAX_VALUE, Number.MAX_VALUE];
  if (!(score >= low && score <= high)) {
    throw new RangeError(`${metric.name} of case ${caseId} lies in [${low}, ${high}], not ${score}`);
  }
  return score;
}

function planned(arm: GateArm): GateTrial[] {
  return arm.trials.filter(({ trial }) => trial <= arm.plannedTrials);
}

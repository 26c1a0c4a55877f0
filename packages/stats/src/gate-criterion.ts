/** One criterion of a gate: from its cases to pass, regress or inconclusive. */
import { checkMinimum, type MinimumCheck } from "./check-minimum.ts";
import { type ComparisonMethod, comparePaired, type PairedComparison } from "./compare-paired.ts";
import { type CriterionCases, collectCases, type GateCriterion, type GateRun } from "./criterion-cases.ts";
import { countFurtherCases, countFurtherForMinimum } from "./further-cases.ts";
import type { GateMetric } from "./gate-cases.ts";
import { mean } from "./moments.ts";

/** Why the verdict is what it is. */
export type CriterionReason =
  | "not-worse"
  | "worse"
  | "below-minimum"
  | "too-wide"
  | "minimum-undecided"
  | "no-cases"
  | "one-unit"
  | "looks-spent";

export interface CriterionResult {
  criterion: GateCriterion;
  verdict: "pass" | "regress" | "inconclusive";
  reason: CriterionReason;
  n: number;
  /** Independent sources; `null` when every case is one. */
  clusters: number | null;
  baselineMean: number | null;
  candidateMean: number | null;
  /** Candidate against baseline, turned so that positive is better. */
  difference: number | null;
  low: number | null;
  high: number | null;
  /** Two-sided level of the interval: 1 − 2α of this look. */
  level: number;
  /** One-sided, of "worse than 0". */
  p: number | null;
  pAdjusted: number | null;
  marginAbsolute: number;
  /** The candidate's own one-sided bound on the bad side, not turned; `null` without a minimum. */
  minimumBound: number | null;
  method: ComparisonMethod | null;
  improved: number;
  regressed: number;
  unchanged: number;
  furtherCases: number | null;
  fewCases: boolean;
}

/** A criterion with its tests done, and its claims not yet adjusted for those of the others. */
export interface MeasuredCriterion {
  criterion: GateCriterion;
  metric: GateMetric;
  /** One-sided, of this look. */
  alpha: number;
  cases: CriterionCases;
  marginAbsolute: number;
  comparison: PairedComparison | null;
  minimum: MinimumCheck | null;
}

/** Below this many cases the result says so. */
const fewCases = 30;
/** Means of trials are equal when only rounding tells them apart. */
const rounding = 1e-12;

/** @throws RangeError when the margin is 0 or unreadable. */
export function measureCriterion(
  criterion: GateCriterion,
  metric: GateMetric,
  run: GateRun & { alpha: number },
): MeasuredCriterion {
  const cases = collectCases(criterion, metric, run);
  const { baseline, candidate, clusters, binary } = cases;
  const { alpha } = run;
  const marginAbsolute = absoluteMargin(criterion.margin, baseline);
  const shape = { criterion, metric, alpha, cases, marginAbsolute };
  if (baseline.length === 0) return { ...shape, comparison: null, minimum: null };
  const turn = turnFor(criterion, metric);
  const turned = { baseline: baseline.map(turn), candidate: candidate.map(turn) };
  const { range } = metric;
  const comparison = comparePaired({ ...turned, clusters, binary, rangeWidth: widthOf(range) }, alpha);
  const minimum =
    criterion.minimum === undefined
      ? null
      : checkMinimum({ values: turned.candidate, clusters, binary, minimum: turn(criterion.minimum), range }, alpha);
  return { ...shape, comparison, minimum };
}

/** The verdict, given the criterion's p-values adjusted over all claims of the gate. */
export function decideCriterion(
  measured: MeasuredCriterion,
  adjusted: { p: number | null; minimumP: number | null; alphaNow: number },
): CriterionResult {
  const { criterion, metric, cases, comparison, alpha, marginAbsolute, minimum } = measured;
  const n = cases.baseline.length;
  const turn = turnFor(criterion, metric);
  const changes = cases.candidate.map((value, index) => turn(value) - turn(cases.baseline[index] as number));
  const improved = changes.filter((change) => change > rounding).length;
  const regressed = changes.filter((change) => change < -rounding).length;
  const decision = decide(measured, adjusted);
  return {
    criterion,
    ...decision,
    n,
    clusters: cases.clusters === undefined || comparison === null ? null : comparison.units,
    baselineMean: n === 0 ? null : mean(cases.baseline),
    candidateMean: n === 0 ? null : mean(cases.candidate),
    difference: comparison?.difference ?? null,
    low: comparison?.low ?? null,
    high: comparison?.high ?? null,
    level: 1 - 2 * alpha,
    p: comparison?.p ?? null,
    pAdjusted: adjusted.p,
    marginAbsolute,
    minimumBound: minimum === null || minimum.low === null ? null : turn(minimum.low),
    method: comparison?.method ?? null,
    improved,
    regressed,
    unchanged: n - improved - regressed,
    furtherCases: furtherCases(measured, decision.reason),
    fewCases: n < fewCases,
  };
}

function decide(
  { comparison, marginAbsolute, minimum }: MeasuredCriterion,
  { p, minimumP, alphaNow }: { p: number | null; minimumP: number | null; alphaNow: number },
): { verdict: CriterionResult["verdict"]; reason: CriterionReason } {
  if (comparison === null) return { verdict: "inconclusive", reason: "no-cases" };
  if (comparison.low === null || minimum?.low === null) return { verdict: "inconclusive", reason: "one-unit" };
  if (alphaNow === 0) return { verdict: "inconclusive", reason: "looks-spent" };
  const nonInferior = comparison.low >= -marginAbsolute;
  if (!nonInferior && p !== null && p <= alphaNow) return { verdict: "regress", reason: "worse" };
  if (minimumP !== null && minimumP <= alphaNow) return { verdict: "regress", reason: "below-minimum" };
  if (!nonInferior) return { verdict: "inconclusive", reason: "too-wide" };
  const demandMet = minimum === null || minimum.low >= minimum.demanded;
  return demandMet
    ? { verdict: "pass", reason: "not-worse" }
    : { verdict: "inconclusive", reason: "minimum-undecided" };
}

function furtherCases(
  { cases, metric, comparison, marginAbsolute, alpha, minimum }: MeasuredCriterion,
  reason: CriterionReason,
): number | null {
  const n = cases.baseline.length;
  if (comparison !== null && reason === "too-wide") {
    const { difference, variancePerCase } = comparison;
    const rangeWidth = widthOf(metric.range);
    return countFurtherCases({ n, difference, variancePerCase, margin: marginAbsolute, alpha, rangeWidth });
  }
  if (minimum !== null && reason === "minimum-undecided") {
    const { distance, variancePerCase } = minimum;
    return countFurtherForMinimum({ n, distance, variancePerCase, alpha });
  }
  return null;
}

/** Turns a value so that more is better, and back: mirrored within the range, so that a 0/1 value stays one. */
function turnFor({ direction }: GateCriterion, { range }: GateMetric): (value: number) => number {
  if (direction === "higher") return (value) => value;
  const sum = range === null ? 0 : range[0] + range[1];
  return (value) => sum - value;
}

function widthOf(range: GateMetric["range"]): number | null {
  return range === null ? null : range[1] - range[0];
}

function absoluteMargin(margin: number | string, baseline: readonly number[]): number {
  const percent = typeof margin === "string" ? /^([0-9]+(?:\.[0-9]+)?)%$/.exec(margin)?.[1] : undefined;
  const amount = percent === undefined ? margin : Number(percent) / 100;
  if (!(typeof amount === "number" && amount > 0 && Number.isFinite(amount))) {
    throw new RangeError(`A margin is a positive number or a percentage such as "5%", not ${margin}`);
  }
  if (percent === undefined) return amount;
  return baseline.length === 0 ? 0 : amount * Math.abs(mean(baseline));
}

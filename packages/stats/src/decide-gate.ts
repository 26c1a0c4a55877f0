/** From the trials of two arms to one verdict. */
import { adjust } from "./adjust.ts";
import type { GateCriterion } from "./criterion-cases.ts";
import { errorRate, type GateArm, type GateCase, type GateMetric, splitSides } from "./gate-cases.ts";
import { type CriterionResult, decideCriterion, type MeasuredCriterion, measureCriterion } from "./gate-criterion.ts";
import { judgeLockedCases, type LockedCase, type LockedCaseResult } from "./locked-cases.ts";
import { spendAlpha } from "./spend-alpha.ts";

export interface GateInput {
  /** Of the dataset version that both arms ran on. */
  cases: readonly GateCase[];
  metrics: readonly GateMetric[];
  /** A guardrail on `error-rate` (margin 0.05) is added unless it is among them. */
  criteria: readonly GateCriterion[];
  baseline: GateArm;
  candidate: GateArm;
  locked?: readonly LockedCase[];
  /** The target gives the same output for the same input: a locked case blocks on one failure. */
  deterministic?: boolean;
  /** One-sided, of the whole plan of looks. */
  alpha?: number;
  look?: number;
  plannedLooks?: number;
}

export type GateVerdict = "pass" | "regress" | "inconclusive" | "infrastructure";

/** Pooled, the candidate leans one way on the metric, and the other way in every segment that has a criterion. */
export interface SimpsonWarning {
  kind: "simpson";
  metric: string;
}

/** Cases that only one arm has a score for; the comparison leaves them out. */
export interface UnscoredWarning {
  kind: "unscored";
  metric: string;
  caseIds: string[];
}

export interface GateDecision {
  verdict: GateVerdict;
  criteria: CriterionResult[];
  locked: LockedCaseResult[];
  onlyBaseline: string[];
  onlyCandidate: string[];
  voidCases: string[];
  /** Of the cases that both arms ran. */
  voidShare: number;
  look: number;
  plannedLooks: number;
  /** One-sided, of this look; 0 when no look was left. */
  alphaNow: number;
  /** In all, this look included. */
  alphaSpent: number;
  warnings: (SimpsonWarning | UnscoredWarning)[];
}

/** More void cases than this say something about the provider, not about the candidate. */
const maxVoidShare = 0.05;

/**
 * Decides whether the candidate may pass for no worse than the baseline.
 *
 * The unit is the case: trials are averaged first, cases are paired over the two arms, and cases with one source are
 * one unit of evidence. Each criterion is a non-inferiority test; all must pass, which needs no correction
 * (intersection–union), while claims of being worse are Holm-adjusted over the criteria. Regress goes before
 * infrastructure, that before inconclusive, that before pass.
 *
 * @throws RangeError when a criterion names an unknown metric, a margin is 0 or unreadable, a trial belongs to no case,
 * or a score lies outside its range.
 */
export function decideGate(input: GateInput): GateDecision {
  const { alpha = 0.05, look = 1, plannedLooks = 1, deterministic = false } = input;
  const { now, spent } = spendAlpha({ alpha, look, plannedLooks });
  const sides = splitSides(input.cases, input.baseline, input.candidate);
  const metrics = new Map([...input.metrics, errorRate].map((metric) => [metric.name, metric]));
  // A look without α shows its intervals at the level of the whole plan, and decides nothing.
  const measureAlpha = now > 0 ? now : alpha;
  const measured = withErrorRate(input.criteria).map((criterion) => {
    const metric = metrics.get(criterion.metric);
    if (metric === undefined) throw new RangeError(`A criterion names no metric of the run: ${criterion.metric}`);
    return measureCriterion(criterion, metric, { ...input, paired: sides.paired, alpha: measureAlpha });
  });
  const criteria = judge(measured, now);
  const locked = judgeLockedCases(input.locked ?? [], { alpha, deterministic });
  const ran = sides.paired.length + sides.voidCases.length;
  const voidShare = ran === 0 ? 0 : sides.voidCases.length / ran;
  return {
    verdict: overallVerdict(criteria, locked, voidShare),
    criteria,
    locked,
    onlyBaseline: sides.onlyBaseline,
    onlyCandidate: sides.onlyCandidate,
    voidCases: sides.voidCases,
    voidShare,
    look,
    plannedLooks,
    alphaNow: now,
    alphaSpent: spent,
    warnings: [...findSimpson(criteria), ...findUnscored(measured)],
  };
}

function withErrorRate(criteria: readonly GateCriterion[]): GateCriterion[] {
  if (criteria.some(({ metric, segment }) => metric === errorRate.name && segment === undefined)) return [...criteria];
  return [...criteria, { metric: errorRate.name, direction: "lower", margin: 0.05, role: "guardrail" }];
}

/** Holm over every claim of "worse" and of "below the minimum" that the criteria could make. */
function judge(measured: readonly MeasuredCriterion[], alphaNow: number): CriterionResult[] {
  const claims = measured.flatMap(({ comparison, minimum }) => [comparison?.p ?? null, minimum?.p ?? null]);
  const adjusted = adjust(
    claims.filter((p) => p !== null),
    "holm",
  );
  // Holm's values come back in order: hand each to the claim that it belongs to.
  const values = adjusted.values();
  const byClaim = claims.map((p) => (p === null ? null : (values.next().value ?? null)));
  return measured.map((each, index) =>
    decideCriterion(each, { p: byClaim[2 * index] ?? null, minimumP: byClaim[2 * index + 1] ?? null, alphaNow }),
  );
}

function overallVerdict(criteria: CriterionResult[], locked: LockedCaseResult[], voidShare: number): GateVerdict {
  const verdicts = criteria.map(({ verdict }) => verdict);
  const states = locked.map(({ state }) => state);
  if (verdicts.includes("regress") || states.includes("blocks")) return "regress";
  if (voidShare > maxVoidShare) return "infrastructure";
  if (verdicts.includes("inconclusive") || states.includes("needs trials")) return "inconclusive";
  return "pass";
}

function findSimpson(criteria: readonly CriterionResult[]): SimpsonWarning[] {
  return criteria.flatMap(({ criterion: { metric, segment }, difference }) => {
    if (segment !== undefined || !difference) return [];
    const segments = criteria.filter((other) => other.criterion.metric === metric && other.criterion.segment);
    const opposite = segments.every((other) => Math.sign(other.difference ?? 0) === -Math.sign(difference));
    return segments.length >= 2 && opposite ? [{ kind: "simpson" as const, metric }] : [];
  });
}

function findUnscored(measured: readonly MeasuredCriterion[]): UnscoredWarning[] {
  const byMetric = new Map<string, Set<string>>();
  for (const { criterion, cases } of measured) {
    const known = byMetric.get(criterion.metric) ?? [];
    byMetric.set(criterion.metric, new Set([...known, ...cases.unscored]));
  }
  return [...byMetric].flatMap(([metric, ids]) =>
    ids.size ? [{ kind: "unscored" as const, metric, caseIds: [...ids] }] : [],
  );
}

// Multiplicity
export { type AdjustMethod, adjust } from "./adjust.ts";

// Distributions
export { betaCdf, betaQuantile } from "./beta.ts";
export { binomialCdf, binomialPmf } from "./binomial.ts";
// One sample
export { type BootstrapInterval, type BootstrapOptions, bootstrap } from "./bootstrap.ts";
export { chiSquareCdf } from "./chi-square.ts";
export type { ClusterLabels } from "./clusters.ts";
// The gate
export type { GateCriterion } from "./criterion-cases.ts";
export {
  decideGate,
  type GateDecision,
  type GateInput,
  type GateVerdict,
  type SimpsonWarning,
  type UnscoredWarning,
} from "./decide-gate.ts";
// Two samples, paired or not
export { differenceOfProportions } from "./difference-of-proportions.ts";
// The rollout
export { type FailureShareProcess, type FailureShareState, failureShareProcess } from "./failure-share-process.ts";
export { fisherExact } from "./fisher-exact.ts";
export { logGamma } from "./gamma.ts";
export { caseValues, errorRate, type GateArm, type GateCase, type GateMetric, type GateTrial } from "./gate-cases.ts";
export type { CriterionReason, CriterionResult } from "./gate-criterion.ts";
export { type LockedCase, type LockedCaseResult, lockedTrials, type PassCount } from "./locked-cases.ts";
export { type McnemarMethod, mcnemar } from "./mcnemar.ts";
export { type MeanInterval, meanInterval } from "./mean-interval.ts";
export { mean, variance } from "./moments.ts";
export { normalCdf, normalQuantile } from "./normal.ts";
export { type PairedDifference, pairedDifference } from "./paired-difference.ts";
export { type PairedCounts, pairedProportions } from "./paired-proportions.ts";
export { type ProportionMethod, proportionInterval } from "./proportion-interval.ts";
export { quantile } from "./quantile.ts";
export { sampleRatioMismatch } from "./sample-ratio.ts";
export { type SampleSizeForMean, sampleSizeForMean } from "./sample-size.ts";
export { silenceP } from "./silence.ts";
export { maxPlannedLooks, spendAlpha } from "./spend-alpha.ts";
export { tCdf, tQuantile } from "./student-t.ts";
export { type GoneVerdict, verifyGone } from "./verify-gone.ts";

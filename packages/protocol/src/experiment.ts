/** Experiments, their comparison, and the gate's verdict. */
import { z } from "zod";
import { ExperimentId, FailureId, GateId, Json, Metadata, Name, Timestamp, TraceId } from "./scalars.ts";

/** Points where a worse value is bad for users: see `statistics.md`'s criterion. */
export const Criterion = z.object({
  metric: Name,
  /** Metadata equality, as `{ "kind": "pull" }`; absent = all cases. */
  segment: Metadata.optional(),
  direction: z.enum(["higher", "lower"]).default("higher"),
  /** Absolute (`0.05`) or relative to the baseline (`"5%"`); never 0. */
  margin: z
    .union([
      z.number().positive(),
      z.string().regex(/^(?!0+(\.0+)?%)[0-9]+(\.[0-9]+)?%$/, "a relative margin looks like 5%"),
    ])
    .default(0.05),
  minimum: z.number().optional(),
  role: z.enum(["primary", "guardrail"]).default("primary"),
});
export type Criterion = z.infer<typeof Criterion>;

export const VerdictWord = z.enum(["pass", "regress", "inconclusive", "infrastructure"]);
export type VerdictWord = z.infer<typeof VerdictWord>;

/** What was run: prompt versions and commit name the target. */
export const Target = z.object({
  prompts: z.record(z.string(), z.string()).default({}),
  commit: z.string().max(64).nullable().default(null),
  model: z.string().max(200).nullable().default(null),
  label: z.string().max(200).default(""),
});
export type Target = z.infer<typeof Target>;

export const MetricInfo = z.object({
  name: Name,
  direction: z.enum(["higher", "lower"]).default("higher"),
  range: z.tuple([z.number(), z.number()]).nullable().default([0, 1]),
});
export type MetricInfo = z.infer<typeof MetricInfo>;

/** One trial of one case. `outcome: "void"` is a failure of the harness or provider, not of the target. */
export const TrialResult = z.object({
  caseId: z.string(),
  trial: z.int().min(1),
  outcome: z.enum(["ok", "error", "void"]),
  error: z.string().max(10_000).nullable().default(null),
  output: Json.nullable().default(null),
  scores: z.record(Name, z.number().nullable()).default({}),
  /** Why, by metric. */
  reasons: z.record(Name, z.string().max(5000)).default({}),
  durationMs: z.number().min(0),
  traceId: TraceId.nullable().default(null),
});
export type TrialResult = z.infer<typeof TrialResult>;

/** `POST /api/experiments`, then `…/:id/results` in batches, then `…/:id/finish`. */
export const ExperimentCreate = z.object({
  name: Name,
  dataset: Name,
  datasetVersion: z.int().min(1),
  target: Target,
  metrics: z.array(MetricInfo).min(1),
  trials: z.int().min(1).max(100).default(1),
  deterministic: z.boolean().default(false),
  /** Failures whose fix this run judges. */
  failures: z.array(FailureId).default([]),
});
export const ExperimentResults = z.object({ results: z.array(TrialResult).min(1).max(5000) });
export const Experiment = z.object({
  id: ExperimentId,
  name: Name,
  dataset: Name,
  datasetVersion: z.int(),
  target: Target,
  metrics: z.array(MetricInfo),
  trials: z.int(),
  deterministic: z.boolean(),
  state: z.enum(["running", "finished"]),
  caseCount: z.int(),
  voidCount: z.int(),
  errorCount: z.int(),
  /** Mean over cases of the case's mean over trials; the 95 % interval (clustered when the dataset has clusters), `null` where it is not defined. */
  summary: z.record(
    Name,
    z.object({ mean: z.number().nullable(), low: z.number().nullable(), high: z.number().nullable(), n: z.int() }),
  ),
  createdAt: Timestamp,
  finishedAt: Timestamp.nullable(),
  gates: z.array(GateId),
  failures: z.array(FailureId),
});
export type Experiment = z.infer<typeof Experiment>;
/** `GET /api/experiments?dataset=…`, newest first. */
export const ExperimentList = z.object({ experiments: z.array(Experiment), total: z.int() });
export const ExperimentDetail = Experiment.extend({
  results: z.array(TrialResult),
  /** By case, one line of its input: see `@ratchet/protocol/preview`. */
  inputs: z.record(z.string(), z.string()).default({}),
});
export type ExperimentDetail = z.infer<typeof ExperimentDetail>;

export const CriterionVerdict = z.object({
  criterion: Criterion,
  verdict: z.enum(["pass", "regress", "inconclusive"]),
  /** For people: `better`, `no meaningful difference`, `worse`, `not enough evidence`. */
  word: z.enum(["better", "no meaningful difference", "worse", "not enough evidence"]),
  reason: z.string(),
  n: z.int(),
  clusters: z.int().nullable(),
  baselineMean: z.number().nullable(),
  candidateMean: z.number().nullable(),
  /** Oriented so that positive is better, absolute; the interval's level is `level` (0.90 at the first look). */
  difference: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  level: z.number(),
  /** One-sided, of "worse than 0"; Holm-adjusted over the gate's criteria in `pAdjusted`. */
  p: z.number().nullable(),
  pAdjusted: z.number().nullable(),
  marginAbsolute: z.number(),
  method: z.enum(["tango", "paired-t", "clustered-t", "bootstrap"]).nullable(),
  improved: z.int(),
  regressed: z.int(),
  unchanged: z.int(),
  /** Further cases that would decide it, when inconclusive. */
  furtherCases: z.int().nullable(),
  fewCases: z.boolean(),
});
export type CriterionVerdict = z.infer<typeof CriterionVerdict>;

/** A case on both sides, for one metric. Flips come first, regressions before improvements. */
export const CasePair = z.object({
  caseId: z.string(),
  input: Json,
  reference: Json.nullable(),
  metadata: Metadata,
  baseline: z.object({
    score: z.number().nullable(),
    output: Json.nullable(),
    error: z.string().nullable(),
    reason: z.string().nullable(),
    traceId: TraceId.nullable(),
    durationMs: z.number(),
  }),
  candidate: z.object({
    score: z.number().nullable(),
    output: Json.nullable(),
    error: z.string().nullable(),
    reason: z.string().nullable(),
    traceId: TraceId.nullable(),
    durationMs: z.number(),
  }),
  change: z.enum(["improved", "regressed", "unchanged"]),
  locked: z.boolean(),
});
export type CasePair = z.infer<typeof CasePair>;

export const LockedCaseVerdict = z.object({
  caseId: z.string(),
  record: z.object({ passes: z.int(), trials: z.int() }),
  now: z.object({ passes: z.int(), trials: z.int() }),
  p: z.number().nullable(),
  pAdjusted: z.number().nullable(),
  state: z.enum(["holds", "flaky", "blocks", "needs trials"]),
});
export type LockedCaseVerdict = z.infer<typeof LockedCaseVerdict>;

/**
 * `POST /api/gates`. Each call on the same candidate and baseline is a counted look, except that the same planned
 * results judged by the same criteria (as after the re-runs of locked cases) are the same look.
 */
export const GateCreate = z.object({
  candidate: ExperimentId,
  baseline: ExperimentId,
  criteria: z.array(Criterion).min(1).max(50),
  failures: z.array(FailureId).default([]),
  /** How many looks α is spread over; the first call fixes it. One look has all of α, and a later one nothing. */
  plannedLooks: z.int().min(1).max(5).default(1),
});
export const Gate = z.object({
  id: GateId,
  candidate: ExperimentId,
  baseline: ExperimentId,
  dataset: Name,
  datasetVersion: z.int(),
  verdict: VerdictWord,
  /** 0 pass, 1 regress, 3 inconclusive, 4 infrastructure. */
  exitCode: z.union([z.literal(0), z.literal(1), z.literal(3), z.literal(4)]),
  /** One sentence for people. */
  sentence: z.string(),
  look: z.int().min(1),
  /** As planned by the first look. */
  maxLooks: z.int(),
  alphaSpent: z.number(),
  criteria: z.array(CriterionVerdict),
  locked: z.array(LockedCaseVerdict),
  onlyBaseline: z.array(z.string()),
  onlyCandidate: z.array(z.string()),
  voidCases: z.array(z.string()),
  warnings: z.array(z.string()),
  /** Failures whose fix this gate judges. */
  failures: z.array(FailureId),
  createdAt: Timestamp,
});
export type Gate = z.infer<typeof Gate>;
/** `GET /api/gates?candidate=E-2`, newest first. */
export const GateList = z.object({ gates: z.array(Gate), total: z.int() });
/** `GET /api/experiments/compare?baseline=E-1&candidate=E-2&metric=…`; `gate` is the newest of the two, if any. */
export const Comparison = z.object({
  baseline: Experiment,
  candidate: Experiment,
  metric: Name,
  pairs: z.array(CasePair),
  gate: Gate.nullable(),
  /** What the reader must know, such as that only the cases common to two dataset versions are shown. */
  notes: z.array(z.string()).optional(),
});
export type Comparison = z.infer<typeof Comparison>;

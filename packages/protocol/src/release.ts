/** Releases and rollouts. */
import { z } from "zod";
import {
  ExperimentId,
  FailureId,
  GateId,
  Name,
  PromptVersionId,
  ReleaseId,
  RolloutId,
  Timestamp,
  TraceId,
} from "./scalars.ts";

/** `POST /api/releases`. `gate` must have passed, or `forcedBecause` says why it goes out all the same. The first release of a project needs neither and is live at once. */
export const ReleaseCreate = z.object({
  prompts: z.record(Name, PromptVersionId),
  commit: z.string().max(64).nullable().default(null),
  note: z.string().max(2000).default(""),
  gate: GateId.optional(),
  forcedBecause: z.string().min(1).max(1000).optional(),
  fixes: z.array(FailureId).default([]),
});
export const Release = z.object({
  id: ReleaseId,
  prompts: z.record(Name, PromptVersionId),
  commit: z.string().nullable(),
  note: z.string(),
  gate: GateId.nullable(),
  experiment: ExperimentId.nullable(),
  forcedBecause: z.string().nullable(),
  fixes: z.array(FailureId),
  /** `previous` was live once; `rolled back` was aborted. */
  state: z.enum(["ready", "rolling out", "live", "previous", "rolled back"]),
  createdAt: Timestamp,
  rollouts: z.array(RolloutId),
});
export type Release = z.infer<typeof Release>;

/** `GET /api/releases`, newest first. */
export const ReleaseList = z.object({ releases: z.array(Release), total: z.int() });

export const RolloutStage = z.object({
  percent: z.number().gt(0).max(100),
  minUnitsPerArm: z.int().min(0).default(100),
  minDurationMs: z.int().min(0).default(0),
});
export type RolloutStage = z.infer<typeof RolloutStage>;
/** `POST /api/rollouts`: takes `release` to traffic against what is live. One active rollout a project. */
export const RolloutCreate = z.object({
  release: ReleaseId,
  stages: z
    .array(RolloutStage)
    .min(1)
    .max(20)
    .default([
      { percent: 1, minUnitsPerArm: 100, minDurationMs: 0 },
      { percent: 10, minUnitsPerArm: 100, minDurationMs: 0 },
      { percent: 50, minUnitsPerArm: 100, minDurationMs: 0 },
    ]),
  alpha: z.number().gt(0).lt(1).default(0.05),
  /** Tolerated relative rise of the failure rate, as 0.1. */
  margin: z.number().min(0).default(0),
  /** Absolute rise of the share of failed units, in (0,1), that the last stage must rule out. */
  nonInferiorityMargin: z.number().gt(0).lt(1).default(0.05),
  /** Only with this does an automatic actor promote. */
  autoPromote: z.boolean().default(false),
});

export const ArmCount = z.object({
  units: z.int(),
  traces: z.int(),
  failedUnits: z.int(),
  /** Share of units that failed, with its 95 % Wilson interval; `null` without units. */
  failureRate: z.object({ estimate: z.number(), low: z.number(), high: z.number() }).nullable().optional(),
});
/** A point of "evidence over time": after each first failure. Abort at `evidence ≥ threshold`. */
export const EvidencePoint = z.object({
  at: Timestamp,
  evidence: z.number(),
  failures: z.int(),
  candidateFailures: z.int(),
  plannedShare: z.number(),
});
export const RolloutDecision = z.object({
  at: Timestamp,
  actor: z.string(),
  action: z.enum(["start", "advance", "pause", "resume", "abort", "complete"]),
  stage: z.int(),
  percent: z.number(),
  /** A sentence with the numbers at that moment. */ reason: z.string(),
});
export const Rollout = z.object({
  id: RolloutId,
  release: ReleaseId,
  control: ReleaseId,
  /** Salt of the assignment; equals the id. */
  salt: z.string(),
  state: z.enum(["running", "paused", "completed", "aborted"]),
  stages: z.array(RolloutStage),
  /** Index into `stages`. */
  stage: z.int(),
  percent: z.number(),
  alpha: z.number(),
  /** e-process of the failure share: now, its threshold, and its highest value. */
  evidence: z.number(),
  threshold: z.number(),
  arms: z.object({ control: ArmCount, candidate: ArmCount }),
  /** p of units against plan in this stage (chi-square; exact for few units); below 0.001 pauses. */
  sampleRatioP: z.number().nullable(),
  /** Why it does not advance yet, as sentences; empty when ready. */
  waitingFor: z.array(z.string()),
  autoPromote: z.boolean(),
  startedAt: Timestamp,
  endedAt: Timestamp.nullable(),
  fixes: z.array(FailureId),
  /** The newest decision, so that a list can say why each rollout stands where it does. */
  lastDecision: RolloutDecision.nullable().optional(),
});
export type Rollout = z.infer<typeof Rollout>;
/** `GET /api/rollouts`, newest first. */
export const RolloutList = z.object({ rollouts: z.array(Rollout), total: z.int() });
export const RolloutDetail = Rollout.extend({
  history: z.array(EvidencePoint),
  decisions: z.array(RolloutDecision),
  drivers: z.array(
    z.object({
      traceId: TraceId,
      arm: z.enum(["control", "candidate"]),
      detector: z.string(),
      reason: z.string(),
      /** True when the signal comes from feedback with source `simulated`. */
      simulated: z.boolean().optional(),
      at: Timestamp,
    }),
  ),
});
export type RolloutDetail = z.infer<typeof RolloutDetail>;
/** `POST /api/rollouts/:id/{pause,resume,advance,abort}`. */
export const RolloutAction = z.object({
  reason: z.string().min(1).max(1000),
  actor: z.string().max(200).default("api"),
});

/** `GET /api/sdk/config`: all that the SDK needs to choose prompts and arms locally. Has an ETag; polled every 5 s. */
export const SdkConfig = z.object({
  release: z.object({ id: ReleaseId, prompts: z.record(z.string(), z.string()) }).nullable(),
  rollout: z
    .object({
      id: RolloutId,
      salt: z.string(),
      /** Of 100,000 buckets. */ weight: z.int().min(0).max(100_000),
      candidate: z.object({ id: ReleaseId, prompts: z.record(z.string(), z.string()) }),
    })
    .nullable(),
  /** Content of every version named above, by `name@version`. */
  contents: z.record(z.string(), z.object({ content: z.string(), commit: z.string().nullable() })),
});
export type SdkConfig = z.infer<typeof SdkConfig>;

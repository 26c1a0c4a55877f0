/** Failures: groups of signals with one cause, and where each is in the loop. */
import { z } from "zod";
import { ExperimentId, FailureId, GateId, Name, ReleaseId, RolloutId, Timestamp, TraceId } from "./scalars.ts";

export const stages = ["open", "captured", "fix proposed", "gated", "rolling out", "verified"] as const;
export const sideStages = ["archived", "merged", "regressed"] as const;
export const trends = ["new", "escalating", "steady", "fading", "silent"] as const;
export const FailureStage = z.enum([...stages, ...sideStages]);
export type FailureStage = z.infer<typeof FailureStage>;

/** One step of the loop strip, derived from links and never set by hand. */
export const LoopStep = z.object({
  name: z.enum(["Found", "Captured", "Fix", "Gate", "Rollout", "Verified"]),
  state: z.enum(["done", "current", "waiting", "blocked", "went back"]),
  /** A few words: `4 cases · v9`, `triage@3f2a`, `R-2 at 25 %`, `0 of 412; rate ≤ 0.7 %`. */
  note: z.string(),
  /** Path within the project's pages, such as `/datasets/refunds`. */
  href: z.string().nullable(),
  at: Timestamp.nullable(),
});
export type LoopStep = z.infer<typeof LoopStep>;
export const LoopStrip = z.object({
  failure: FailureId,
  title: z.string(),
  steps: z.array(LoopStep).length(6),
  next: z.object({ label: z.string(), href: z.string().nullable(), command: z.string().nullable() }).nullable(),
});
export type LoopStrip = z.infer<typeof LoopStrip>;

/**
 * `GET /api/loop?failure=F-1` (or `dataset`, `prompt`, `experiment`, `gate`, `release`, `rollout`, `trace`, exactly one):
 * the strips of the failures that the object belongs to, the worst first.
 */
export const LoopQuery = z
  .object({
    failure: FailureId,
    dataset: z.string().max(128),
    prompt: z.string().max(128),
    experiment: ExperimentId,
    gate: GateId,
    release: ReleaseId,
    rollout: RolloutId,
    trace: TraceId,
  })
  .partial()
  .refine((query) => Object.values(query).filter((value) => value !== undefined).length === 1, {
    message: "name exactly one object, as ?failure=F-1",
  });
export const LoopStripList = z.object({ strips: z.array(LoopStrip) });

/** Rate of the failure among traces of the same name since its fix reached everybody; the one-sided 95 % Clopper–Pearson bound. */
export const Verification = z.object({
  rateBefore: z.number().nullable(),
  failuresSince: z.int(),
  exposedSince: z.int(),
  upperBound: z.number().nullable(),
  furtherTraces: z.int().nullable(),
});
export type Verification = z.infer<typeof Verification>;

export const Failure = z.object({
  id: FailureId,
  title: z.string(),
  detector: z.string(),
  traceName: z.string(),
  stage: FailureStage,
  trend: z.enum(trends),
  signalCount: z.int(),
  traceCount: z.int(),
  userCount: z.int(),
  simulated: z.boolean(),
  firstSeen: Timestamp,
  lastSeen: Timestamp,
  /** Signals in 24 equal slices from first seen (or an hour ago, if that is earlier) to now. */
  sparkline: z.array(z.int()).length(24),
  links: z.object({
    dataset: z.string().nullable(),
    caseCount: z.int(),
    prompt: z.object({ name: z.string(), version: z.string() }).nullable(),
    experiment: ExperimentId.nullable(),
    gate: GateId.nullable(),
    release: ReleaseId.nullable(),
    rollout: RolloutId.nullable(),
  }),
  verification: Verification.nullable(),
  loop: LoopStrip,
});
export type Failure = z.infer<typeof Failure>;
/** `GET /api/failures?stage&detector&q`; `q` is a case-insensitive part of the title. Newest signal first. */
export const FailureQuery = z.object({
  stage: FailureStage.optional(),
  detector: z.string().max(100).optional(),
  q: z.string().max(200).optional(),
});
export const FailureList = z.object({ failures: z.array(Failure), total: z.int() });
export const FailureDetail = Failure.extend({
  /** Up to 50, newest first. */
  signals: z.array(
    z.object({ traceId: TraceId, reason: z.string(), severity: z.int(), simulated: z.boolean(), createdAt: Timestamp }),
  ),
  history: z.array(z.object({ at: Timestamp, stage: FailureStage, note: z.string() })),
});
export type FailureDetail = z.infer<typeof FailureDetail>;
/** `PATCH /api/failures/:id`. */
export const FailurePatch = z.object({
  title: z.string().min(1).max(300).optional(),
  archived: z
    .object({ reason: z.string().min(1).max(1000) })
    .nullable()
    .optional(),
});
/** `POST /api/failures/:id/capture`: the traces become cases of `dataset` (made if absent), as one new version. */
export const CaptureRequest = z.object({
  dataset: Name.optional(),
  traceIds: z.array(TraceId).max(1000).optional(),
  limit: z.int().min(1).max(1000).default(50),
  message: z.string().max(1000).optional(),
});
export const CaptureResult = z.object({ dataset: z.string(), version: z.int(), added: z.int(), alreadyThere: z.int() });
export type CaptureResult = z.infer<typeof CaptureResult>;

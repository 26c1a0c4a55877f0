/** The loop board of Home. */
import { z } from "zod";
import { Gate } from "./experiment.ts";
import { Failure } from "./failure.ts";
import { Project } from "./project.ts";
import { Rollout } from "./release.ts";
import { Timestamp } from "./scalars.ts";

/** `GET /api/home`. */
export const Home = z.object({
  project: Project,
  /** "2 failures need capture · 1 gate undecided · canary at 25 %, no sign of harm." */
  sentence: z.string(),
  /** Six columns, in loop order. */
  columns: z
    .array(
      z.object({
        name: z.enum(["Found", "Captured", "Fix", "Gate", "Rollout", "Verified"]),
        count: z.int(),
        oldest: Timestamp.nullable(),
        failures: z.array(Failure),
        next: z.string(),
      }),
    )
    .length(6),
  regressed: z.array(Failure),
  health: z.object({
    traces24h: z.int(),
    errorShare: z.number().nullable(),
    p50Ms: z.number().nullable(),
    p95Ms: z.number().nullable(),
    costUsd24h: z.number(),
    thumbsUp24h: z.int(),
    thumbsDown24h: z.int(),
  }),
  gates: z.array(Gate),
  rollouts: z.array(Rollout),
});
export type Home = z.infer<typeof Home>;

/** Prompts as code: `.prompt` files (Dotprompt) and their versions. */
import { z } from "zod";
import { ExperimentId, FailureId, Json, Name, PromptVersionId, ReleaseId, Timestamp } from "./scalars.ts";

/** `POST /api/prompts`: records one version; the same content again is the same version. A broken file is refused with the line. */
export const PromptPush = z.object({
  /** Path below `prompts/` without `.prompt`, as `triage` or `answers/question`. */
  name: Name,
  path: z.string().max(500),
  content: z.string().min(1).max(1_000_000),
  commit: z.string().max(64).nullable().default(null),
  message: z.string().max(1000).default(""),
  author: z.string().max(200).default(""),
  /** Failures that this version is meant to fix: they go to *fix proposed*. */
  fixes: z.array(FailureId).default([]),
});
export const PromptVersion = z.object({
  name: Name,
  version: PromptVersionId,
  /** 1 for the oldest. */
  number: z.int().min(1),
  path: z.string(),
  commit: z.string().nullable(),
  message: z.string(),
  author: z.string(),
  fixes: z.array(FailureId),
  createdAt: Timestamp,
  /** What became of it: one row answers "was it good, is it live?". */
  experiments: z.array(z.object({ id: ExperimentId, verdict: z.string().nullable() })),
  releases: z.array(ReleaseId),
  live: z.boolean(),
  /** Production traces that used it; runs of evals are none. */
  traceCount: z.int(),
});
export type PromptVersion = z.infer<typeof PromptVersion>;
export const PromptVersionDetail = PromptVersion.extend({
  content: z.string(),
  frontMatter: z.record(z.string(), Json),
  template: z.string(),
});
export type PromptVersionDetail = z.infer<typeof PromptVersionDetail>;
export const Prompt = z.object({
  name: Name,
  path: z.string(),
  versionCount: z.int(),
  latest: PromptVersion,
  live: PromptVersionId.nullable(),
});
export type Prompt = z.infer<typeof Prompt>;
/** `GET /api/prompts`. Names hold `/`: URLs encode them (`answers%2Fquestion`). */
export const PromptList = z.object({ prompts: z.array(Prompt), total: z.int() });
export const PromptDetail = Prompt.extend({ versions: z.array(PromptVersion) });
export type PromptDetail = z.infer<typeof PromptDetail>;

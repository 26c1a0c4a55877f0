/** Judgements on a trace or span, by people or the environment. */
import { z } from "zod";
import { Name, SpanId, Timestamp, TraceId } from "./scalars.ts";

/** `POST /api/feedback`. Thumbs are key `thumbs` with score 1 or 0. Sending the same `id` again replaces it. */
export const FeedbackCreate = z
  .object({
    id: z.uuid().optional(),
    traceId: TraceId,
    spanId: SpanId.optional(),
    key: Name,
    score: z.number().optional(),
    value: z.string().max(10_000).optional(),
    comment: z.string().max(100_000).optional(),
    /** Who or what judged: `user`, `api`, `github`, `simulated`, … Pages mark `simulated` wherever it appears. */
    source: z.string().min(1).max(100).default("api"),
    userId: z.string().max(500).optional(),
  })
  .refine((f) => f.score !== undefined || f.value !== undefined || f.comment !== undefined, {
    message: "give a score, a value or a comment",
  })
  .refine((f) => f.key !== "thumbs" || f.score === 0 || f.score === 1, {
    message: "thumbs take the score 1 (up) or 0 (down)",
    path: ["score"],
  });
export type FeedbackCreate = z.input<typeof FeedbackCreate>;

export const Feedback = z.object({
  id: z.uuid(),
  traceId: TraceId,
  spanId: SpanId.nullable(),
  key: z.string(),
  score: z.number().nullable(),
  value: z.string().nullable(),
  comment: z.string().nullable(),
  source: z.string(),
  userId: z.string().nullable(),
  createdAt: Timestamp,
});
export type Feedback = z.infer<typeof Feedback>;

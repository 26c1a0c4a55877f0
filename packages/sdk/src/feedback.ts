/** Judgements on what was traced. */
import { currentClient } from "./client.ts";
import { guarded } from "./guarded.ts";

/** One judgement: a score, a value or a comment at least. */
export interface FeedbackInput {
  /** From `currentSpan()` at the time of the answer. */
  traceId: string;
  /** When it is about one span only. */
  spanId?: string | undefined;
  /** What is judged. Thumbs are key `thumbs` with score 1 or 0. */
  key: string;
  score?: number | undefined;
  /** A word. */
  value?: string | undefined;
  /** A sentence. */
  comment?: string | undefined;
  /** Who or what judged, as `user` or `github`; `api` when absent. */
  source?: string | undefined;
  userId?: string | undefined;
  /** A UUID: give one where the same judgement may arrive twice (a redelivered webhook), else one is made. */
  id?: string | undefined;
}

/**
 * Tells what a person or the environment thought of a trace. Safe to await and safe not to: it never throws.
 *
 * @returns `true` once the server has stored it; `false` when it was refused, could not be delivered, or nothing is configured.
 * @example await feedback({ traceId, key: "thumbs", score: 0, comment: "wrong label", userId: "ada" });
 */
export async function feedback(input: FeedbackInput): Promise<boolean> {
  return (await guarded("feedback could not be sent", () => currentClient()?.feedbackQueue.add(input))) ?? false;
}

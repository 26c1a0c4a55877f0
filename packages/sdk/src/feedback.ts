/** Judgements on what was traced. */
import type { FeedbackCreate } from "@ratchet/protocol";
import { currentClient } from "./client.ts";
import { guarded } from "./guarded.ts";

/**
 * `traceId` and `spanId` come from `currentSpan()` at the time of the answer. Thumbs are key `thumbs` with score 1 or 0.
 * `id` is a UUID: give one where the same judgement may arrive twice (a redelivered webhook), else one is made.
 */
export type FeedbackInput = FeedbackCreate;

/**
 * Tells what a person or the environment thought of a trace. Safe to await and safe not to: it never throws.
 *
 * @returns `true` once the server has stored it; `false` when it was refused, could not be delivered, or nothing is configured.
 * @example await feedback({ traceId, key: "thumbs", score: 0, comment: "wrong label", userId: "ada" });
 */
export async function feedback(input: FeedbackInput): Promise<boolean> {
  return (await guarded("feedback could not be sent", () => currentClient()?.feedbackQueue.add(input))) ?? false;
}

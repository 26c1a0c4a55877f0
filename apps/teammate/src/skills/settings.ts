/** What the prompts' `config` may say. Every setting that changes an answer lives there, so that a version names it. */
import { z } from "zod";

const ratio = z.number().min(0).max(1);
const Pattern = z.string().max(300).refine(isPattern, "is not a regular expression");

/** One thing that a bug report should tell, and how its text shows that it does. */
export const MissingRule = z.strictObject({
  ask: z.string().min(1).max(300),
  unless: Pattern,
});
export type MissingRule = z.infer<typeof MissingRule>;

const labelling = {
  /** Labels at or above this probability are set. */
  labelThreshold: ratio.default(0.4),
  maxLabels: z.int().min(0).max(20).default(3),
};

/** Sampling settings that are passed to the model as they are. */
const sampling = { temperature: z.number().min(0).max(2).optional() };

/** `prompts/issue.prompt`. */
export const IssueSettings = z.strictObject({
  ...sampling,
  ...labelling,
  /** Longer texts are excerpted before they are embedded, searched or sent; absent = unbounded. */
  maxInputChars: z.int().min(200).max(1_000_000).optional(),
  /** Confidence in [0,1] from which a past answer is quoted, and from which a similar thread is only named. */
  minScoreToAnswer: ratio,
  minScoreToPoint: ratio,
  /** Asked when at least two are missing; an empty list asks nothing. */
  askForMissing: z.array(MissingRule).max(10).default([]),
});
export type IssueSettings = z.infer<typeof IssueSettings>;

/** `prompts/pull.prompt`. */
export const PullSettings = z.strictObject({
  ...sampling,
  ...labelling,
  maxInputChars: z.int().min(200).max(1_000_000).optional(),
  /** `label` sets labels and is silent; `chat` greets and sets none. */
  mode: z.enum(["chat", "label"]),
  /** What `chat` says when no model is set. */
  greeting: z.string().max(2000).default(""),
});
export type PullSettings = z.infer<typeof PullSettings>;

function isPattern(text: string): boolean {
  try {
    new RegExp(text, "iu");
    return true;
  } catch {
    return false;
  }
}

/** What a skill is given and what it gives: the input and output of every root trace. */
import { z } from "zod";

/** One thread to act on. What people wrote is as they wrote it. */
export interface Subject {
  /** As GitHub names it: `issues.opened`, `pull_request.opened`, `issue_comment.created`. */
  event: string;
  repository: string;
  number: number;
  kind: "issue" | "pull";
  title: string;
  body: string;
  author: string;
  /** The author's `author_association`. */
  association?: string;
  /** ISO 8601; only older threads are drawn upon. */
  createdAt?: string;
}

export const Action = z.enum(["label", "answer", "point", "ask", "abstain"]);
export type Action = z.infer<typeof Action>;

export interface Decision {
  action: Action;
  labels: string[];
  /** Markdown as it would be posted; `null` when nothing is said. */
  comment: string | null;
  /** One sentence for whoever asks why. */
  reason: string;
  /** Past threads that were found, best first. */
  sources: { number: number; url: string; confidence: number }[];
  /** `baseline`, or the model's name. */
  method: string;
}

export interface Outcome extends Decision {
  /** What reached GitHub; `null` where nothing is published, as in an eval. */
  published: Published | null;
}

export interface Published {
  labels: string[];
  commentUrl: string | null;
  /** Why the comment was held back; `null` when it was not. */
  held: string | null;
}

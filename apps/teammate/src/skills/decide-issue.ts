/** The baseline's rules: from what was found to one action. */
import type { Answer } from "../knowledge/extract-answer.ts";
import type { Thread } from "../knowledge/thread.ts";
import { composeAnswer, composePointer, composeQuestion } from "./compose-comment.ts";
import { findMissing } from "./find-missing.ts";
import type { Decision } from "./outcome.ts";
import type { IssueSettings } from "./settings.ts";

/** A past thread with how sure it is that it is about the same, in [0,1]. */
export interface Match {
  thread: Thread;
  confidence: number;
}

/** What was found, to decide upon. */
interface Findings {
  matches: Match[];
  answer: Answer | null;
  labels: string[];
  mayAsk: boolean;
}

/** The most useful thing that is sure enough. */
export function decideIssue(
  text: { title: string; body: string },
  { matches: [match], answer, labels, mayAsk }: Findings,
  settings: IssueSettings,
): Omit<Decision, "sources" | "method"> {
  const sure = match ? `with confidence ${match.confidence}` : "";
  if (match && answer && match.confidence >= settings.minScoreToAnswer) {
    return {
      action: "answer",
      labels,
      comment: composeAnswer(answer),
      reason: `#${match.thread.number} matches ${sure}`,
    };
  }
  if (match && match.confidence >= settings.minScoreToPoint) {
    return {
      action: "point",
      labels,
      comment: composePointer(match.thread),
      reason: `#${match.thread.number} matches ${sure}`,
    };
  }
  const missing = mayAsk ? findMissing(text, settings.askForMissing) : [];
  if (missing.length >= 2) {
    return {
      action: "ask",
      labels,
      comment: composeQuestion(text.title, missing),
      reason: `the report lacks ${missing.join("; ")}`,
    };
  }
  return labelOrAbstain(labels);
}

/** Maintainers who label what lacks information taught when that is so: then we ask only where they would. */
export function mayAsk(repositoryLabels: readonly string[], chosen: readonly string[]): boolean {
  return !repositoryLabels.some(isNeedsInfoLabel) || chosen.some(isNeedsInfoLabel);
}

function isNeedsInfoLabel(label: string): boolean {
  return /\b(info|information|details)\b.*\b(needed|required|missing)\b|\bneeds?\b.*\b(info|information|details|repro)/i.test(
    label,
  );
}

/** Labels alone, or nothing. */
export function labelOrAbstain(labels: string[]): Omit<Decision, "sources" | "method"> {
  return labels.length > 0
    ? { action: "label", labels, comment: null, reason: `labels above the threshold: ${labels.join(", ")}` }
    : { action: "abstain", labels: [], comment: null, reason: "nothing was sure enough" };
}

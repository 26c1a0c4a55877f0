/** `gen_ai.evaluation.result`, as a log record or an event of a span → feedback. */
import { hash } from "node:crypto";
import type { Feedback } from "@ratchet/protocol";
import { fromMicros } from "../micros.ts";
import { toStorable } from "../storable-text.ts";

export const evaluationEvent = "gen_ai.evaluation.result";

const maxNameCharacters = 128;
const maxValueCharacters = 10_000;
const maxCommentCharacters = 100_000;

export interface Evaluation {
  name: string;
  score: number | null;
  label: string | null;
  explanation: string | null;
  /** Of the answer that it judges, where the evaluation is in no span of its own. */
  responseId: string | null;
  timeMicros: number;
}

/** `null` when it names no metric, or has no result. */
export function readEvaluation(attributes: ReadonlyMap<string, unknown>, timeMicros: number): Evaluation | null {
  const read = (key: string) => {
    const value = attributes.get(`gen_ai.${key}`);
    return typeof value === "string" && value !== "" ? value : null;
  };
  const name = read("evaluation.name");
  const score = toScore(attributes.get("gen_ai.evaluation.score.value"));
  const label = read("evaluation.score.label");
  const failure = attributes.get("error.type");
  const explanation =
    read("evaluation.explanation") ?? (typeof failure === "string" ? `The evaluation failed: ${failure}` : null);
  if (name === null || (score === null && label === null && explanation === null)) return null;
  return { name, score, label, explanation, responseId: read("response.id"), timeMicros };
}

/** The id is made of all that it says, so that the same evaluation sent again is the same feedback. */
export function toFeedback(evaluation: Evaluation, traceId: string, spanId: string | null, now: Date): Feedback {
  const { name, score, label, explanation, timeMicros } = evaluation;
  return {
    id: toId([traceId, spanId, name, score, label, explanation, timeMicros]),
    traceId,
    spanId,
    key: toStorable(name, maxNameCharacters),
    score,
    value: label === null ? null : toStorable(label, maxValueCharacters),
    comment: explanation === null ? null : toStorable(explanation, maxCommentCharacters),
    source: "otel",
    userId: null,
    createdAt: timeMicros > 0 ? fromMicros(timeMicros) : now.toISOString(),
  };
}

function toScore(value: unknown): number | null {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}

/** A UUID of version 8: its bits are our own. */
function toId(parts: readonly unknown[]): string {
  const hex = hash("sha256", JSON.stringify(parts), "hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

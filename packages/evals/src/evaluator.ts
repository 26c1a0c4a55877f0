/** What an evaluator is: a plain function from what happened to a score, with the metric that it gives. */
import type { Metadata } from "@ratchet/protocol";

/** What an evaluator sees of one trial that ended without an error. */
export interface EvaluatorContext<Input, Output, Reference> {
  readonly input: Input;
  readonly output: Output;
  /** Absent when the case has none. */
  readonly reference: Reference | undefined;
  readonly metadata: Metadata;
  readonly durationMs: number;
  /** `null` when nothing is traced. */
  readonly traceId: string | null;
}

/** `true` is 1 and `false` is 0; `null` means that the metric does not apply to this case. */
export type Judgement = number | boolean | null | { readonly score: number | boolean | null; readonly reason?: string };

export interface Metric {
  /** 1 to 128 of A-Z, a-z, 0-9, `.`, `_`, `/` and `-`. */
  readonly name: string;
  readonly direction: "higher" | "lower";
  /** Worst to best depends on the direction; `null` for what is unbounded, as milliseconds. */
  readonly range: readonly [low: number, high: number] | null;
}

export interface Evaluator<Input = unknown, Output = unknown, Reference = unknown> {
  (context: EvaluatorContext<Input, Output, Reference>): Judgement | Promise<Judgement>;
  readonly metric: Metric;
}

/**
 * Declares an evaluator. The direction is `higher` and the range [0, 1] unless said otherwise.
 *
 * @example
 * const polite = defineEvaluator({ name: "polite" }, ({ output }: { output: string }) => /please/i.test(output));
 */
export function defineEvaluator<Input = unknown, Output = unknown, Reference = unknown>(
  metric: Pick<Metric, "name"> & Partial<Metric>,
  judge: (context: EvaluatorContext<Input, Output, Reference>) => Judgement | Promise<Judgement>,
): Evaluator<Input, Output, Reference> {
  const complete: Metric = { direction: "higher", range: [0, 1], ...metric };
  return Object.assign((context: EvaluatorContext<Input, Output, Reference>) => judge(context), { metric: complete });
}

/**
 * The judgement as a score and its reason.
 *
 * @throws {RangeError} when the score is not a finite number within the metric's range: a verdict on it would mislead.
 */
export function toScore(metric: Metric, judgement: Judgement): { score: number | null; reason: string | null } {
  const { score: raw, reason } =
    typeof judgement === "object" && judgement !== null ? judgement : { score: judgement, reason: undefined };
  const score = typeof raw === "boolean" ? Number(raw) : raw;
  if (score !== null) {
    if (typeof score !== "number" || !Number.isFinite(score)) {
      throw new RangeError(`it gave ${describe(score)} instead of a finite number, a boolean or null`);
    }
    const [low, high] = metric.range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    if (score < low || score > high) throw new RangeError(`it gave ${score}, outside its range [${low}, ${high}]`);
  }
  return { score, reason: reason ?? null };
}

function describe(value: unknown): string {
  return typeof value === "object" ? "an object" : String(value);
}

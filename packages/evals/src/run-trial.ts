/** One trial of one case: the task under a trace and a time limit, then its evaluators. Never throws. */
import type { Json, TrialResult } from "@ratchet/protocol";
import { currentSpan, traceable } from "@ratchet/sdk";
import type { Eval } from "./define-eval.ts";
import { toScore } from "./evaluator.ts";
import type { RunnableCase } from "./local-case.ts";
import { isProviderFailure } from "./provider-error.ts";

export interface TrialOptions {
  /** Aborts the task; the caller drops the result of an interrupted trial. */
  readonly signal: AbortSignal;
  readonly prompts: Readonly<Record<string, string>>;
}

const maximumErrorLength = 10_000;
const maximumReasonLength = 5_000;

export async function runTrial(
  evaluation: Eval,
  item: RunnableCase,
  trial: number,
  options: TrialOptions,
): Promise<TrialResult> {
  const startedAt = performance.now();
  let traceId: string | null = null;
  const task = traceable(
    (input: Json) => {
      traceId = currentSpan().traceId;
      return runWithin("The task", evaluation.timeoutMs, options.signal, (signal) =>
        evaluation.task(input, { signal, prompts: options.prompts }),
      );
    },
    { name: evaluation.name, kind: "evaluator", metadata: { eval: evaluation.name, case: item.id, trial } },
  );
  const result = (rest: Pick<TrialResult, "outcome"> & Partial<TrialResult>): TrialResult => ({
    caseId: item.id,
    trial,
    error: null,
    output: null,
    scores: {},
    reasons: {},
    durationMs,
    traceId,
    ...rest,
  });

  let output: unknown;
  let durationMs: number;
  try {
    output = await task(item.input);
    durationMs = performance.now() - startedAt;
  } catch (error) {
    durationMs = performance.now() - startedAt;
    return result({ outcome: isProviderFailure(error) ? "void" : "error", error: toErrorText(error) });
  }
  const json = toJson(output);
  if (json === undefined) {
    return result({
      outcome: "error",
      error: "The task's output is not JSON: return plain objects, arrays, strings, finite numbers, booleans or null.",
    });
  }
  try {
    return result({
      outcome: "ok",
      output: json,
      ...(await judge(evaluation, item, { output, durationMs, traceId }, options.signal)),
    });
  } catch (error) {
    return result({ outcome: "void", output: json, error: toErrorText(error) });
  }
}

async function judge(
  evaluation: Eval,
  { input, reference, metadata }: RunnableCase,
  happened: { output: unknown; durationMs: number; traceId: string | null },
  interrupt: AbortSignal,
): Promise<Pick<TrialResult, "scores" | "reasons">> {
  const scores: TrialResult["scores"] = {};
  const reasons: TrialResult["reasons"] = {};
  for (const evaluator of evaluation.evaluators) {
    const { name } = evaluator.metric;
    try {
      const judgement = await runWithin("it", evaluation.timeoutMs, interrupt, () =>
        evaluator({ input, reference, metadata, ...happened }),
      );
      const { score, reason } = toScore(evaluator.metric, judgement);
      scores[name] = score;
      if (reason !== null) reasons[name] = reason.slice(0, maximumReasonLength);
    } catch (error) {
      throw new Error(`The evaluator ${name} failed: ${toErrorText(error)}`, { cause: error });
    }
  }
  return { scores, reasons };
}

/**
 * Runs a task or an evaluator until it ends, the time is over or the run is interrupted: what ignores its signal is left behind.
 * The timer is a plain one: an unreferenced `AbortSignal.timeout` would let Node exit while a task hangs.
 */
async function runWithin<T>(
  what: string,
  timeoutMs: number,
  interrupt: AbortSignal,
  task: (signal: AbortSignal) => T | Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const stop = (reason: Error) => {
    controller.abort(reason);
    reject(reason);
  };
  const onInterrupt = () => stop(new Error("The run was interrupted."));
  const timer = setTimeout(() => stop(new Error(`${what} took longer than ${timeoutMs} ms.`)), timeoutMs);
  interrupt.addEventListener("abort", onInterrupt);
  try {
    return await Promise.race([task(controller.signal), stopped]);
  } finally {
    clearTimeout(timer);
    interrupt.removeEventListener("abort", onInterrupt);
  }
}

/** The value as JSON, `undefined` when it is none. Nothing returned counts as `null`. */
function toJson(output: unknown): Json | undefined {
  try {
    const text = JSON.stringify(output);
    if (text === undefined) return output === undefined ? null : undefined;
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function toErrorText(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.replace(/^Error: /, "").slice(0, maximumErrorLength);
}

/** Declares an eval: cases, the task that they are put through, what judges it, and what a gate demands. */
import { Criterion, type Json, type Metadata, Name } from "@ratchet/protocol";
import type { Evaluator } from "./evaluator.ts";

/** One case of local `data`; `id` is made from the input when absent. */
export interface EvalCase<Input, Reference> {
  readonly id?: string;
  readonly input: Input;
  readonly reference?: Reference;
  readonly metadata?: Metadata;
  /** Cases that share a source (a thread, a document) are one cluster in every verdict. */
  readonly cluster?: string;
}

export interface TaskContext {
  /** Aborted at the case's timeout and when the run is interrupted: pass it to `fetch` and to model calls. */
  readonly signal: AbortSignal;
  /** Version by name of the prompts under test; `@ratchet/sdk/prompts` already serves their contents. */
  readonly prompts: Readonly<Record<string, string>>;
}

export interface EvalDefinition<Input, Output, Reference> {
  /** Names the experiment: runs of one name on one dataset version are compared. */
  readonly name: string;
  /** Name of a dataset on the server. Either this or `data`. */
  readonly dataset?: string;
  /** Cases that live beside the code; runs without a server. */
  readonly data?:
    | readonly EvalCase<Input, Reference>[]
    | (() => readonly EvalCase<Input, Reference>[] | Promise<readonly EvalCase<Input, Reference>[]>);
  /** What is judged. An exception is an *error* of the target; a `ProviderError` makes the trial void. */
  readonly task: (input: Input, context: TaskContext) => Output | Promise<Output>;
  readonly evaluators: readonly Evaluator<Input, Output, Reference>[];
  /** What the gate demands; each names the metric of one of the evaluators, or `error-rate`. */
  readonly criteria?: readonly CriterionInput[];
  /** Runs of each case, 1 to 100; 1 by default. A case's trials are averaged. */
  readonly trials?: number;
  /** Tasks at once, 1 to 1,000; 4 by default. */
  readonly concurrency?: number;
  /** Of the task, and of each evaluator, in one trial; 60,000 by default. */
  readonly timeoutMs?: number;
  /** The same input always gives the same output: a locked case then blocks on one failure. */
  readonly deterministic?: boolean;
}

/** A criterion as it is written; direction, margin and role have defaults. */
export type CriterionInput = Omit<Partial<Criterion>, "metric"> & { readonly metric: string };

const mark = Symbol.for("ratchet.eval");

/** A checked eval with its defaults. Its types are erased: what runs it sees JSON. */
export interface Eval {
  readonly [mark]: true;
  readonly name: string;
  readonly dataset: string | null;
  readonly loadData: (() => Promise<readonly EvalCase<Json, Json>[]>) | null;
  readonly task: (input: Json, context: TaskContext) => unknown;
  readonly evaluators: readonly Evaluator<Json, unknown, Json>[];
  readonly criteria: readonly Criterion[];
  readonly trials: number;
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly deterministic: boolean;
}

/** The definition contradicts itself; the message names the eval and the field. */
export class EvalDefinitionError extends Error {
  override readonly name = "EvalDefinitionError";
  readonly code = "invalid-eval";
}

/**
 * Declares an eval; a file `*.eval.ts` exports one (default) or several.
 *
 * @throws {EvalDefinitionError} when a name, a number or a criterion cannot be right.
 * @example
 * export default defineEval({
 *   name: "shout",
 *   data: [{ input: "hi", reference: "HI" }],
 *   task: (input) => input.toUpperCase(),
 *   evaluators: [exactMatch()],
 * });
 */
export function defineEval<Input = string, Output = unknown, Reference = Json>(
  definition: EvalDefinition<Input, Output, Reference>,
): Eval {
  const refuse = (problem: string): never => {
    throw new EvalDefinitionError(`Eval ${JSON.stringify(definition.name)}: ${problem}`);
  };
  if (!Name.safeParse(definition.name).success) refuse(Name.safeParse(definition.name).error?.issues[0]?.message ?? "");
  const { data, dataset } = definition;
  if ((data === undefined) === (dataset === undefined)) refuse("give either `dataset` or `data`.");
  if (dataset !== undefined && !Name.safeParse(dataset).success) refuse(`${JSON.stringify(dataset)} names no dataset.`);
  const metrics = definition.evaluators.map(({ metric }) => metric.name);
  if (metrics.length === 0) refuse("give at least one evaluator.");
  for (const [index, name] of metrics.entries()) {
    if (!Name.safeParse(name).success) refuse(`${JSON.stringify(name)} cannot name a metric.`);
    if (metrics.indexOf(name) !== index) refuse(`two evaluators give the metric ${name}; name one of them otherwise.`);
  }
  const criteria = (definition.criteria ?? []).map((written) => {
    const criterion = Criterion.safeParse(written);
    if (!criterion.success) {
      const issue = criterion.error.issues[0];
      return refuse(`criterion on ${written.metric}: ${issue?.path.join(".")}: ${issue?.message}`);
    }
    if (![...metrics, "error-rate"].includes(criterion.data.metric)) {
      refuse(`a criterion asks for ${written.metric}, but the evaluators give ${metrics.join(", ")}.`);
    }
    return criterion.data;
  });
  const { trials = 1, concurrency = 4, timeoutMs = 60_000 } = definition;
  refuseImpossibleSize(definition.name, { trials, concurrency });
  if (!isWithin(timeoutMs, 1, 2 ** 31 - 1)) refuse(`timeoutMs is ${timeoutMs}; give whole milliseconds above 0.`);
  return {
    [mark]: true,
    name: definition.name,
    dataset: dataset ?? null,
    // The types are erased here, once: cases come from JSON, and the definition's types said what they hold.
    loadData:
      data === undefined
        ? null
        : async () => (typeof data === "function" ? await data() : data) as readonly EvalCase<Json, Json>[],
    task: definition.task as Eval["task"],
    evaluators: definition.evaluators as unknown as Eval["evaluators"],
    criteria,
    trials,
    concurrency,
    timeoutMs,
    deterministic: definition.deterministic ?? false,
  };
}

/** Whether a module's export was made by {@link defineEval}, of whichever copy of this package. */
export function isEval(value: unknown): value is Eval {
  return typeof value === "object" && value !== null && mark in value;
}

/**
 * Also for what replaces the eval's own numbers: no workers would end at once, with nothing run and nothing said.
 *
 * @throws {EvalDefinitionError}
 */
export function refuseImpossibleSize(
  name: string,
  { trials = 1, concurrency = 1 }: { trials?: number | undefined; concurrency?: number | undefined },
): void {
  for (const [what, value, most] of [
    ["trials", trials, 100],
    ["concurrency", concurrency, 1000],
  ] as const) {
    if (isWithin(value, 1, most)) continue;
    throw new EvalDefinitionError(`Eval "${name}": ${what} is ${value}; give a whole number from 1 to ${most}.`);
  }
}

function isWithin(value: number, low: number, high: number): boolean {
  return Number.isInteger(value) && value >= low && value <= high;
}

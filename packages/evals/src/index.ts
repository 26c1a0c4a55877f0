/** What eval files import. The runner behind `ratchet eval` is at `@ratchet/evals/runner`. */
// Declare
export {
  type CriterionInput,
  defineEval,
  type Eval,
  type EvalCase,
  type EvalDefinition,
  EvalDefinitionError,
  type TaskContext,
} from "./define-eval.ts";
// Run in this process
export { type EvaluateOptions, evaluate, type LocalRun } from "./evaluate.ts";
export { defineEvaluator, type Evaluator, type EvaluatorContext, type Judgement, type Metric } from "./evaluator.ts";
// Built-in evaluators
export {
  type Compared,
  contains,
  exactMatch,
  jsonEqual,
  latency,
  levenshteinRatio,
  regexMatch,
  setF1,
} from "./evaluators.ts";
export { EvalInterrupted, type PromptsUnderTest, type RunProgress } from "./experiment-run.ts";
export { ProviderError } from "./provider-error.ts";
export type { MetricSummary, RunSummary } from "./summarise.ts";

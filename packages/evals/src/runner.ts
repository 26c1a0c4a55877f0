/** What `ratchet eval` is made of, for programs that drive it themselves. */
export { BaselineError } from "./baseline.ts";
export {
  checkPromptFiles,
  formatMistake,
  PromptFileError,
  type PromptMistake,
  refuseBrokenPrompts,
} from "./check-prompts.ts";
export { EvalDefinitionError } from "./define-eval.ts";
export { EvalFileError, type FoundEval, findEvals } from "./discover.ts";
export { EvalInterrupted, type RunProgress } from "./experiment-run.ts";
export { findOptionalCheckout, toCommitName } from "./git.ts";
export { findOptionalPromptsDirectory, type PromptFile, readPromptFiles, toPromptVersion } from "./prompt-files.ts";
export { type PushOptions, pushPrompts } from "./push-prompts.ts";
export { type EvalPhase, type EvalReport, type RunEvalOptions, runEval } from "./run-eval.ts";

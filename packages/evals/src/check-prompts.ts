/** Says what is wrong in prompt files, and where, before anything is sent or run. */
import type { BrokenPromptError } from "@ratchet/sdk/prompts";
import type { PromptFile } from "./prompt-files.ts";

export interface PromptMistake {
  readonly file: string;
  /** From 1; `null` where the mistake has no single line. */
  readonly line: number | null;
  readonly problem: string;
}

/** One of the prompt files cannot be used. */
export class PromptFileError extends Error {
  override readonly name = "PromptFileError";
  readonly code = "prompt-file";
  readonly mistakes: readonly PromptMistake[];
  constructor(mistakes: readonly PromptMistake[]) {
    super(mistakes.map(formatMistake).join("\n"));
    this.mistakes = mistakes;
  }
}

/** The mistakes of all files, at most one a file; empty when all can be used. */
export async function checkPromptFiles(files: readonly PromptFile[]): Promise<PromptMistake[]> {
  if (files.length === 0) return [];
  // Loaded only here: an eval without prompts does not need Dotprompt.
  const { prompts } = await import("@ratchet/sdk/prompts");
  const mistakes: PromptMistake[] = [];
  for (const { name, file, content } of files) {
    try {
      await prompts.override({ [name]: content }, () => {});
    } catch (error) {
      if (!isBrokenPrompt(error)) throw error;
      const problem = error.message.slice(error.file.length).replace(/^(:\d+)?: /, "");
      mistakes.push({ file, line: error.line, problem });
    }
  }
  return mistakes;
}

/** @throws {PromptFileError} */
export async function refuseBrokenPrompts(files: readonly PromptFile[]): Promise<void> {
  const mistakes = await checkPromptFiles(files);
  if (mistakes.length > 0) throw new PromptFileError(mistakes);
}

/** `file:line: what is wrong`, as editors and CI understand it. */
export function formatMistake({ file, line, problem }: PromptMistake): string {
  return `${file}${line === null ? "" : `:${line}`}: ${problem}`;
}

function isBrokenPrompt(error: unknown): error is BrokenPromptError {
  return error instanceof Error && "code" in error && error.code === "broken-prompt";
}

/** Everything that can end a command, as what, why, fix and the exit code. The only place that maps errors to codes. */
import type { ServerProblem, ServerUnreachable } from "@ratchet/evals/http";
import type { ProblemCode } from "@ratchet/protocol";
import type { CliStreams } from "./context.ts";
import { toPlainText } from "./output/plain-text.ts";
import type { Style } from "./output/style.ts";

export const exitCodes = {
  ok: 0,
  gateFailed: 1,
  usage: 2,
  notEnoughEvidence: 3,
  infrastructure: 4,
  authorisation: 5,
  interrupted: 130,
} as const;

/** What the person typed or configured cannot be done. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly why: string | undefined;
  readonly fix: string | undefined;
  constructor(what: string, { why, fix }: { why?: string; fix?: string } = {}) {
    super(what);
    this.why = why;
    this.fix = fix;
  }
}

interface Failure {
  readonly what: string;
  readonly why?: string | undefined;
  readonly fix?: string | undefined;
  readonly exitCode: number;
}

export function describeFailure(
  error: unknown,
  { streams, style, debug }: { streams: CliStreams; style: Style; debug: boolean },
): { text: string; exitCode: number } {
  const { what, why, fix, exitCode } = classify(error, streams);
  const lines = [
    `${style.bad("error")} ${toPlainText(what)}`,
    ...(why ? [`why   ${toPlainText(why)}`] : []),
    ...(fix ? [`fix   ${toPlainText(fix)}`] : []),
    ...(debug && error instanceof Error ? [error.stack ?? "", ...causes(error)].map(toPlainText) : []),
  ];
  return { text: lines.join("\n"), exitCode };
}

/** By name and not by class: the evals package is loaded by few commands, and may be there twice. */
function classify(error: unknown, { interrupt }: CliStreams): Failure {
  if (!(error instanceof Error)) return unexpected(String(error));
  if (interrupt.aborted) {
    const what = error.name === "EvalInterrupted" ? error.message : "Interrupted.";
    return { what, exitCode: exitCodes.interrupted };
  }
  switch (error.name) {
    case "UsageError": {
      const { message, why, fix } = error as UsageError;
      return { what: message, why, fix, exitCode: exitCodes.usage };
    }
    case "ServerProblem":
      return classifyProblem(error as ServerProblem);
    case "ServerUnreachable": {
      const { message, cause } = error as ServerUnreachable;
      const fix = "Start it with `ratchet start`, or say where it is with RATCHET_URL or --url.";
      return { what: message, why: rootCause(cause), fix, exitCode: exitCodes.infrastructure };
    }
    case "UnexpectedAnswer":
      return { what: error.message, fix: "ratchet doctor", exitCode: exitCodes.infrastructure };
    case "EvalDefinitionError":
    case "EvalFileError":
    case "BaselineError":
    case "PromptFileError":
      return { what: error.message, why: rootCause(error.cause), exitCode: exitCodes.usage };
    default:
      return unexpected(`${error.name}: ${error.message}`);
  }
}

const fixes: Partial<Record<ProblemCode, string>> = {
  unauthenticated:
    "Put a key in RATCHET_API_KEY: `ratchet keys create <name>` makes more; the first is in the file first-key of the server's data directory.",
  forbidden: "Use a key of this project, or one for all projects: `ratchet keys list`.",
  "unknown-project": "Check RATCHET_PROJECT and --project.",
  "too-busy": "Try again in a moment.",
  unavailable: "Look at the server's log and its /readyz.",
};

function classifyProblem({ problem }: ServerProblem): Failure {
  const fields = problem.errors?.map(({ path, message }) => `${path}: ${message}`).join("; ");
  return {
    what: problem.detail || problem.title,
    why: `${problem.title} (${problem.code})${fields ? `: ${fields}` : ""}`,
    fix: fixes[problem.code] ?? `ratchet explain ${problem.code}`,
    exitCode: exitCodeOf(problem.status),
  };
}

function exitCodeOf(status: number): number {
  if (status === 401 || status === 403) return exitCodes.authorisation;
  return status === 429 || status >= 500 ? exitCodes.infrastructure : exitCodes.usage;
}

function unexpected(what: string): Failure {
  return { what, fix: "Run it again with --debug to see where it comes from.", exitCode: exitCodes.infrastructure };
}

function causes(error: Error): string[] {
  return error.cause instanceof Error
    ? [`caused by ${error.cause.stack ?? error.cause.message}`, ...causes(error.cause)]
    : [];
}

/** Of fetch's "fetch failed" only the innermost reason says something. */
function rootCause(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof AggregateError && error.errors.length > 0) return rootCause(error.errors[0]);
  return rootCause(error.cause) ?? error.message;
}

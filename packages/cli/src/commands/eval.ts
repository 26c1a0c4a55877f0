/** `ratchet eval [files]`. */
import { relative, resolve } from "node:path";
import type { HttpClient } from "@ratchet/evals/http";
import type { EvalReport, FoundEval } from "@ratchet/evals/runner";
import { buildCommand, numberParser } from "@stricli/core";
import { type CliContext, connect, type JsonFlag, jsonFlag, type ServerFlags, serverFlags } from "../context.ts";
import { exitCodes, UsageError } from "../describe-failure.ts";
import { formatReport } from "../output/eval-report.ts";
import { createProgress } from "../output/progress.ts";

interface Flags extends ServerFlags, JsonFlag {
  readonly prompts?: string;
  readonly datasetVersion?: number;
  readonly trials?: number;
  readonly concurrency?: number;
  readonly baseline?: string;
  readonly gate: boolean;
  readonly local: boolean;
  readonly fixes: readonly string[];
  readonly label?: string;
}

export const command = buildCommand({
  async func(this: CliContext, flags: Flags, ...paths: string[]) {
    const { findEvals } = await import("@ratchet/evals/runner");
    const found = await findEvals(paths, this.streams.directory);
    const http = await findOptionalServer(this, flags, found);
    const pages = http === null ? null : `${http.address.url}/p/${http.address.project}`;
    const reports: EvalReport[] = [];
    for (const one of found) {
      const report = await runOne(this, flags, http, one);
      reports.push(report);
      if (flags.json) continue;
      // At once: should a later eval fail, this one's verdict is told all the same.
      const { result, hints } = formatReport(report, this.output.style, this.output.width, pages);
      this.output.print(result.join("\n"));
      this.output.note(hints.join("\n"));
    }
    const exitCode = worstOf(reports.map((report) => report.exitCode));
    this.process.exitCode = exitCode;
    if (flags.json) this.output.printJson({ exitCode, evals: reports });
  },
  parameters: {
    flags: {
      ...serverFlags,
      ...jsonFlag,
      prompts: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "Directory of the prompts under test; the nearest `prompts` at or above the eval file by default",
        placeholder: "directory",
      },
      datasetVersion: { kind: "parsed", parse: numberParser, optional: true, brief: "The newest by default" },
      trials: {
        kind: "parsed",
        parse: numberParser,
        optional: true,
        brief: "Runs of each case; the eval's own by default",
      },
      concurrency: { kind: "parsed", parse: numberParser, optional: true, brief: "Tasks at once" },
      baseline: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "An experiment as E-1, `live` (the default with --gate) or `none`",
        placeholder: "experiment",
      },
      local: { kind: "boolean", default: false, withNegated: false, brief: "Run over local data and record nothing" },
      gate: { kind: "boolean", default: false, withNegated: false, brief: "Ask for the verdict and exit with it" },
      fixes: {
        kind: "parsed",
        parse: String,
        variadic: ",",
        default: [],
        brief: "Failures that the change is meant to fix, as F-1,F-2",
      },
      label: { kind: "parsed", parse: String, optional: true, brief: "What is tried, in a few words" },
    },
    positional: {
      kind: "array",
      parameter: {
        parse: String,
        brief: "Eval files (*.eval.ts) or directories; the working directory by default",
        placeholder: "path",
      },
    },
  },
  docs: {
    brief: "Run evals, and gate the change on them",
    fullDescription:
      "Runs the prompt files under test over the newest cases and records an experiment; with --gate compares it with what is live.\n" +
      "Exit codes: 0 pass, 1 worse, 3 not enough evidence, 4 too much failed that is not under test.",
    customUsage: [
      { input: "--gate --fixes F-12", brief: "may this change ship?" },
      { input: "evals/triage.eval.ts --prompts drafts --baseline E-31", brief: "against a named experiment" },
      { input: "--json > report.json", brief: "for a program" },
    ],
  },
});

async function runOne(
  context: CliContext,
  flags: Flags,
  http: HttpClient | null,
  { evaluation, file }: FoundEval,
): Promise<EvalReport> {
  const { streams, output } = context;
  const { runEval } = await import("@ratchet/evals/runner");
  const progress = createProgress(streams);
  let phase = "";
  output.note(`${output.noteStyle.strong(evaluation.name)}  ${relative(streams.directory, file)}`);
  try {
    return await runEval(evaluation, {
      ...flags,
      file,
      http,
      promptsDirectory: flags.prompts === undefined ? undefined : resolve(streams.directory, flags.prompts),
      signal: streams.interrupt,
      outputDirectory: streams.directory,
      onPhase: (next) => {
        progress.end();
        phase = next;
      },
      onProgress: (state) => progress.update(` ${phase}`, state),
    });
  } finally {
    progress.end();
  }
}

/**
 * Evals over local data run without a server when none is named and none answers; whatever needs one is told so
 * by the first request.
 */
async function findOptionalServer(
  context: CliContext,
  flags: Flags,
  found: readonly FoundEval[],
): Promise<HttpClient | null> {
  if (flags.local) {
    if (flags.gate)
      throw new UsageError("--gate asks the server, and --local keeps from it.", { fix: "Leave out one of them." });
    return null;
  }
  const api = await connect(context, flags);
  const isLocal = found.every(({ evaluation }) => evaluation.dataset === null);
  const isNamed = flags.url !== undefined || Boolean(context.streams.env.RATCHET_URL);
  if (!isLocal || isNamed || flags.gate) return api.http;
  try {
    await api.checkReady();
    return api.http;
  } catch (error) {
    if (!(error instanceof Error && error.name === "ServerUnreachable")) throw error;
    context.output.note(
      `No server answers at ${api.http.address.url}: running over local data, nothing is recorded there.`,
    );
    return null;
  }
}

/** A verdict of worse goes before failed infrastructure, and that before not enough evidence. */
function worstOf(codes: readonly number[]): number {
  const order = [exitCodes.gateFailed, exitCodes.infrastructure, exitCodes.notEnoughEvidence];
  return order.find((code) => codes.includes(code)) ?? exitCodes.ok;
}

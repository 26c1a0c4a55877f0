/** The command line as a function: arguments and streams in, exit code out. */
import { buildApplication, buildCommand, buildRouteMap, ExitCode, run, text_en } from "@stricli/core";
import { commands } from "./command-table.ts";
import type { CliContext, CliRoute, CliStreams } from "./context.ts";
import { describeFailure } from "./describe-failure.ts";
import { createOutput } from "./output/output.ts";
import { version } from "./version.ts";

/** What a failure is to whoever typed `inputs`. */
export function explainFailure(error: unknown, inputs: readonly string[], streams: CliStreams) {
  const { noteStyle } = createOutput(streams, { noColor: inputs.includes("--no-color") });
  return describeFailure(error, { streams, style: noteStyle, debug: inputs.includes("--debug") });
}

/** Runs one command. Never throws: what goes wrong is explained on stderr and told by the exit code. */
export async function runCli(inputs: readonly string[], streams: CliStreams): Promise<number> {
  const output = createOutput(streams, { noColor: inputs.includes("--no-color") });
  const args = inputs.filter((input) => input !== "--debug" && input !== "--no-color");
  const context: CliContext = {
    process: { stdout: streams.stdout, stderr: streams.stderr, env: streams.env },
    streams,
    output,
  };
  const explain = (error: unknown) => explainFailure(error, inputs, streams);
  const application = buildApplication(await buildRoutes(args[0]), {
    name: "ratchet",
    versionInfo: { currentVersion: version },
    scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
    documentation: { disableAnsiColor: true },
    localization: {
      text: {
        ...text_en,
        noCommandRegisteredForInput: ({ input, corrections }) =>
          `There is no command ${JSON.stringify(input)}.${corrections.length > 0 ? ` Did you mean ${corrections.join(" or ")}?` : ""}\nfix  ratchet ${commandWords(args)}--help`,
        exceptionWhileParsingArguments: (error, color) =>
          `${text_en.exceptionWhileParsingArguments(error, color)}\nfix  ratchet ${commandWords(args)}--help`,
        exceptionWhileRunningCommand: (error) => explain(error).text,
        exceptionWhileLoadingCommandFunction: (error) => explain(error).text,
      },
    },
    determineExitCode: (error) => explain(error).exitCode,
  });
  await run(application, args, context);
  return toExitCode(context.process.exitCode);
}

/** Only the command that is called is loaded; of the others, help needs no more than a line. */
async function buildRoutes(word: string | undefined) {
  const routes: Record<string, CliRoute> = {};
  for (const [name, { brief, load }] of Object.entries(commands)) {
    routes[name] =
      name === word
        ? (await load()).command
        : buildCommand<object, [], CliContext>({ func() {}, parameters: {}, docs: { brief } });
  }
  return buildRouteMap<string, CliContext>({
    routes,
    docs: {
      brief: "Turns production failures into tests, and lets no change ship that is not shown to be no worse.",
      fullDescription: [
        "Turns production failures into tests, and lets no change ship that is not shown to be no worse.",
        "",
        "The loop:",
        "  ratchet status                        where every failure is, and what is next",
        "  ratchet failures capture F-1          keep its traces as test cases",
        "  ratchet eval --gate --fixes F-1       run the prompts under test against what is live",
        "  ratchet release create --gate G-1     name what may ship",
        "  ratchet rollout start R-2             take it to traffic, guarded",
        "",
        "The server is RATCHET_URL (http://localhost:3000), the project RATCHET_PROJECT (default), the key RATCHET_API_KEY.",
        "Exit codes: 0 fine, 1 gate failed, 2 usage, 3 not enough evidence, 4 infrastructure, 5 authorisation, 130 interrupted.",
        "Every command takes --help, --no-color and --debug.",
      ].join("\n"),
    },
  });
}

/** The words of the command that was meant, a space after each: what its help is called by. */
function commandWords(args: readonly string[]): string {
  const firstFlag = args.findIndex((word) => word.startsWith("-"));
  const words = firstFlag < 0 ? args : args.slice(0, firstFlag);
  const known = words[0];
  if (known === undefined || !(known in commands)) return "";
  const meant = words.slice(0, commands[known]?.subcommands?.includes(words[1] ?? "") ? 2 : 1);
  return meant.map((word) => `${word} `).join("");
}

function toExitCode(code: number | string | null | undefined): number {
  const number = Number(code ?? 0);
  // Stricli's own codes are negative: what it could not read is a usage error.
  if (number === ExitCode.CommandLoadError || number === ExitCode.InternalError) return 4;
  return number < 0 ? 2 : number;
}

/** The process behind `ratchet`: signals in, exit code out. */
import { explainFailure, runCli } from "./cli.ts";
import type { CliStreams } from "./context.ts";

/** One Ctrl-C may arrive twice, from the terminal and from the process that started this one. */
const sameKeyMs = 500;

const interrupt = new AbortController();
let interruptedAtMs = 0;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (!interrupt.signal.aborted) {
      interruptedAtMs = performance.now();
      interrupt.abort();
    } else if (performance.now() - interruptedAtMs > sameKeyMs) {
      // The second time means now.
      process.exit(130);
    }
  });
}
// A reader that has seen enough (`ratchet eval --gate | head -1`) changes nothing about how the command ends.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

const inputs = process.argv.slice(2);
const streams: CliStreams = {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  directory: process.cwd(),
  interrupt: interrupt.signal,
  now: Date.now,
};
// What an eval's code throws where nobody awaits it would end Node with 1, which says that a gate failed.
process.on("uncaughtException", (error) => {
  const { text, exitCode } = explainFailure(error, inputs, streams);
  process.stderr.write(`${text}\n`, () => process.exit(exitCode));
});
const exitCode = await runCli(inputs, streams);
// Code under evaluation may have left timers and connections open: leave as soon as the output is out.
process.stdout.write("", () => process.stderr.write("", () => process.exit(exitCode)));

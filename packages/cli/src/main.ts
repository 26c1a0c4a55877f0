/** The process behind `ratchet`: signals in, exit code out. */
import { runCli } from "./cli.ts";

const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    // The second time means now.
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort();
  });
}
// A reader that has seen enough (`ratchet traces list | head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

const exitCode = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  directory: process.cwd(),
  interrupt: interrupt.signal,
});
// Code under evaluation may have left timers and connections open: leave as soon as the output is out.
process.stdout.write("", () => process.stderr.write("", () => process.exit(exitCode)));

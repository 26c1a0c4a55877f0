/** The process behind `ratchet`: signals in, exit code out. */
import { runCli } from "./cli.ts";

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
  now: Date.now,
});
// Code under evaluation may have left timers and connections open: leave as soon as the output is out.
process.stdout.write("", () => process.stderr.write("", () => process.exit(exitCode)));

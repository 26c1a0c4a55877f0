/** The server as people run it: a process of its own, that tests may stop, kill and start again. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";

const main = join(import.meta.dirname, "../src/main.ts");

export interface ServerProcess extends AsyncDisposable {
  url: string;
  pid: number;
  /** Gives the exit code, `null` where the signal itself ended the process. Killing what has ended changes nothing. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/**
 * On a free port and silent, unless the variables say otherwise.
 *
 * @throws Error with what the process wrote, when it ended before it was ready.
 */
export async function startServerProcess(variables: Record<string, string>): Promise<ServerProcess> {
  const child = spawnServer(variables);
  const complaints = text(child.stderr);
  const exited = once(child, "exit");
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await exited;
    return child.exitCode;
  };
  let output = "";
  for await (const chunk of child.stdout) {
    output += chunk;
    const url = /ready at (\S+)/.exec(output)?.[1];
    if (url === undefined) continue;
    return { url, pid: child.pid as number, end, [Symbol.asyncDispose]: async () => void (await end("SIGKILL")) };
  }
  throw new Error(`The server ended before it was ready: ${output}${await complaints}`);
}

/** For a start that must be refused: how the process ended, and what it said. */
export async function refuseServerProcess(
  variables: Record<string, string>,
): Promise<{ exitCode: number | null; stderr: string }> {
  const child = spawnServer(variables);
  child.stdout.on("data", (chunk) => {
    if (String(chunk).includes("ready at")) child.kill("SIGKILL");
  });
  const [stderr] = await Promise.all([text(child.stderr), once(child, "exit")]);
  return { exitCode: child.exitCode, stderr };
}

function spawnServer(variables: Record<string, string>) {
  return spawn(process.execPath, [main], {
    env: {
      PATH: process.env.PATH,
      PORT: "0",
      RATCHET_OTLP_GRPC_PORT: "off",
      RATCHET_LOG_LEVEL: "silent",
      ...variables,
    },
    stdio: ["ignore", "pipe", "pipe"],
  }) satisfies ChildProcess;
}

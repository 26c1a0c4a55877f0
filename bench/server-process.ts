/** A server of its own process on a directory of its own, so that the bench's work is not counted as the server's. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFlags, nodeVariables } from "../packages/server/node-options.js";

export interface ServerProcess extends AsyncDisposable {
  url: string;
  /** Processor time that the server has used. Linux only, else NaN. */
  cpuMs(): number;
  residentMebibytes(): Promise<number>;
  /** The most that was resident since its start, or since {@link forgetPeak}. Linux only, else NaN. */
  peakMebibytes(): number;
  /** Opening the databases takes more for a moment than anything after. */
  forgetPeak(): void;
  /** Resolves when the examination of traces has caught up. */
  settle(): Promise<void>;
  /** Without its data going with it. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

export interface ServerPlace {
  /** Made when absent, and removed with the server. */
  directory?: string;
  variables?: Record<string, string>;
}

export async function startServer({ directory: given, variables }: ServerPlace = {}): Promise<ServerProcess> {
  const directory = given ?? (await mkdtemp(join(tmpdir(), "ratchet-bench-")));
  const child = spawn(process.execPath, [...nodeFlags, join(import.meta.dirname, "../packages/server/src/main.ts")], {
    env: {
      ...{ PATH: process.env.PATH, PORT: "0", RATCHET_OTLP_GRPC_PORT: "off", RATCHET_DATA_DIR: directory },
      ...{ RATCHET_LOG_LEVEL: "error", ...nodeVariables, ...variables },
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const kill = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await exited;
  };
  const url = await readUrl(child.stdout);
  return {
    url,
    cpuMs: () => readCpuMs(child.pid),
    async residentMebibytes() {
      const metrics = await (await fetch(`${url}/metrics`)).text();
      return Math.round(Number(/^ratchet_resident_memory_bytes (\d+)/m.exec(metrics)?.[1]) / 2 ** 20);
    },
    peakMebibytes: () => readPeakMebibytes(child.pid),
    // As proc(5) says: 5 resets the peak.
    forgetPeak: () => writeFileSync(`/proc/${child.pid}/clear_refs`, "5"),
    async settle() {
      for (;;) {
        const metrics = await (await fetch(`${url}/metrics`)).text();
        const isIdle = ["queue_traces", "behind_projects"].every((what) =>
          new RegExp(`^ratchet_examination_${what} 0$`, "m").test(metrics),
        );
        if (isIdle) return;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    kill,
    async [Symbol.asyncDispose]() {
      await kill("SIGTERM");
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function readUrl(output: AsyncIterable<Buffer>): Promise<string> {
  let text = "";
  for await (const chunk of output) {
    text += chunk;
    const url = /ready at (\S+)/.exec(text)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error(`The server did not start: ${text}`);
}

export function readPeakMebibytes(pid: number | undefined): number {
  try {
    return Math.round(Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024);
  } catch {
    return Number.NaN;
  }
}

/** Fields 14 and 15 of `/proc/<pid>/stat`, in ticks of 10 ms. */
export function readCpuMs(pid: number | undefined): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return Number.NaN;
  }
}

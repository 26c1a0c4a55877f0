/**
 * Other servers that take OTLP, from PyPI, in a virtual environment in the user's cache directory: made when Python is
 * there and it is not. Each is asked in the end how much it has: an answer of 200 need not mean that it is stored.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { spansPerTrace } from "./corpora.ts";
import { readCpuMs, readPeakMebibytes } from "./server-process.ts";

const environment = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "ratchet-bench", "peers");

export interface Peer extends AsyncDisposable {
  name: string;
  url: string;
  headers: Record<string, string>;
  /** Of what was sent, which its own API gives back. */
  countSpans(): Promise<number>;
  cpuMs(): number;
  peakMebibytes(): number;
}

/** None where there is no Python. */
export function listPeers(): (() => Promise<Peer>)[] {
  try {
    if (!existsSync(join(environment, "bin", "mlflow"))) {
      execFileSync("python3", ["-m", "venv", environment]);
      execFileSync(join(environment, "bin", "pip"), ["install", "-q", "arize-phoenix", "mlflow"], { stdio: "inherit" });
    }
    return [startPhoenix, startMlflow];
  } catch {
    return [];
  }
}

async function startPhoenix(): Promise<Peer> {
  const directory = mkdtempSync(join(tmpdir(), "phoenix-"));
  const [port, grpcPort] = [await findFreePort(), await findFreePort()];
  const variables = { PHOENIX_WORKING_DIR: directory, PHOENIX_PORT: port, PHOENIX_GRPC_PORT: grpcPort };
  const child = start("phoenix", ["serve"], directory, { ...variables, PHOENIX_TELEMETRY_ENABLED: "false" });
  const url = `http://127.0.0.1:${port}`;
  await waitFor(`${url}/healthz`, child);
  const countSpans = async () => {
    const query = "{ projects { edges { node { recordCount } } } }";
    const { data } = await post<{ data: { projects: { edges: { node: { recordCount: number } }[] } } }>(
      `${url}/graphql`,
      { query },
    );
    return data.projects.edges.reduce((sum, { node }) => sum + node.recordCount, 0);
  };
  return toPeer("Phoenix", "arize-phoenix", { child, directory, url, headers: {}, countSpans });
}

async function startMlflow(): Promise<Peer> {
  const directory = mkdtempSync(join(tmpdir(), "mlflow-"));
  const port = await findFreePort();
  const places = ["--backend-store-uri", `sqlite:///${directory}/mlflow.db`, "--default-artifact-root", directory];
  const child = start("mlflow", ["server", ...places, "--port", port], directory, {});
  const url = `http://127.0.0.1:${port}`;
  await waitFor(`${url}/health`, child);
  /** Its search gives traces without their spans: all have equally many. */
  const countSpans = async () => {
    const locations = [{ type: "MLFLOW_EXPERIMENT", mlflow_experiment: { experiment_id: "0" } }];
    let traces = 0;
    let token: string | undefined;
    do {
      const page = await post<{ traces?: object[]; next_page_token?: string }>(`${url}/api/3.0/mlflow/traces/search`, {
        locations,
        max_results: 500,
        ...(token && { page_token: token }),
      });
      traces += page.traces?.length ?? 0;
      token = page.next_page_token || undefined;
    } while (token);
    return traces * spansPerTrace;
  };
  return toPeer("MLflow", "mlflow", { child, directory, url, headers: { "x-mlflow-experiment-id": "0" }, countSpans });
}

interface Started extends Pick<Peer, "url" | "headers" | "countSpans"> {
  child: ChildProcess;
  directory: string;
}

function toPeer(name: string, distribution: string, { child, directory, ...rest }: Started): Peer {
  const print = `import importlib.metadata as m; print(m.version("${distribution}"), end="")`;
  const version = execFileSync(join(environment, "bin", "python"), ["-c", print]).toString();
  return {
    name: `${name} ${version}`,
    ...rest,
    cpuMs: () => sumOfFamily(child.pid, readCpuMs),
    peakMebibytes: () => sumOfFamily(child.pid, readPeakMebibytes),
    async [Symbol.asyncDispose]() {
      const exited = once(child, "exit");
      if (child.pid) process.kill(-child.pid, "SIGKILL");
      await exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** In a process group of its own, so that its workers end with it. */
function start(program: string, args: string[], cwd: string, variables: Record<string, string>): ChildProcess {
  const path = `${join(environment, "bin")}:${process.env.PATH}`;
  return spawn(join(environment, "bin", program), args, {
    ...{ cwd, env: { ...process.env, PATH: path, ...variables }, stdio: "ignore", detached: true },
  });
}

/** A server's workers are processes of their own. */
function sumOfFamily(leader: number | undefined, read: (pid: number) => number): number {
  const pids = execFileSync("ps", ["-o", "pid=", "-g", String(leader)])
    .toString()
    .split("\n");
  return pids.map((pid) => read(Number(pid))).reduce((sum, value) => sum + (value || 0), 0);
}

async function waitFor(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${child.spawnfile} ended before it answered at ${url}`);
}

async function post<Body>(url: string, body: object): Promise<Body> {
  const headers = { "content-type": "application/json" };
  return (await (await fetch(url, { method: "POST", headers, body: JSON.stringify(body) })).json()) as Body;
}

async function findFreePort(): Promise<string> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  if (typeof address !== "object" || address === null) throw new Error("No free port was found");
  return String(address.port);
}

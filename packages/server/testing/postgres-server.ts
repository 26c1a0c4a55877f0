/** A real PostgreSQL for the tests: Debian's, on a free port of this machine, its data gone afterwards. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    /** Of the maintenance database; absent where tests run on PGlite. */
    postgresUrl: string;
  }
}

/** For vitest's `globalSetup`, where {@link findPostgres} found one. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres();
  project.provide("postgresUrl", server.url);
  return async () => server[Symbol.asyncDispose]();
}

export interface PostgresServer extends AsyncDisposable {
  /** Of the maintenance database. */
  url: string;
  stop(): Promise<void>;
  /** On the same port, with the same data. */
  startAgain(): Promise<void>;
}

export async function startPostgres(): Promise<PostgresServer> {
  const binaries = findPostgres();
  if (!binaries) throw new Error("PostgreSQL is not installed: apt-get install postgresql");
  const directory = mkdtempSync(join(tmpdir(), "ratchet-postgres-"));
  const asPostgres = asUnprivilegedUser(directory);
  const port = await findFreePort();
  execFileSync(
    ...asPostgres(join(binaries, "initdb"), ["-D", join(directory, "data"), "-U", "ratchet", "-A", "trust"]),
    {
      stdio: "ignore",
    },
  );
  const start = async () => {
    const [command, args] = asPostgres(join(binaries, "postgres"), [
      ...["-D", join(directory, "data"), "-p", String(port), "-k", directory, "-h", "127.0.0.1"],
      ...["-c", "fsync=off", "-c", "max_connections=200"],
    ]);
    const server = spawn(command, args, { stdio: "ignore" });
    await waitForReady(join(binaries, "pg_isready"), port);
    return server;
  };
  let server = await start();
  // SIGINT asks for a fast shutdown, which ends every connection.
  const stop = async () => {
    if (server.exitCode !== null) return;
    server.kill("SIGINT");
    await once(server, "exit");
  };
  return {
    url: `postgres://ratchet@127.0.0.1:${port}/postgres`,
    stop,
    startAgain: async () => {
      server = await start();
    },
    async [Symbol.asyncDispose]() {
      await stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The directory of the newest installed server's programs. */
export function findPostgres(): string | undefined {
  const root = "/usr/lib/postgresql";
  if (!existsSync(root)) return undefined;
  const newest = readdirSync(root).sort((a, b) => Number(b) - Number(a))[0];
  const binaries = join(root, newest ?? "", "bin");
  return existsSync(join(binaries, "initdb")) ? binaries : undefined;
}

/** PostgreSQL refuses to run as root, which containers usually are; Debian brings a user for it. */
function asUnprivilegedUser(directory: string) {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) execFileSync("chown", ["postgres", directory]);
  return (file: string, args: string[]): [string, string[]] =>
    isRoot ? ["setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", file, ...args]] : [file, args];
}

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (typeof address !== "object" || address === null) throw new Error("No free port was found");
  return address.port;
}

async function waitForReady(probe: string, port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    try {
      execFileSync(probe, ["-h", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error("PostgreSQL was started but did not answer within 10 s");
}

/** Real engines and a real server on a directory of their own, gone when closed. For tests only. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { inject } from "vitest";
import { type ClickHouse, openClickHouse } from "../src/engines/clickhouse.ts";
import { openPostgres, type Postgres } from "../src/engines/postgres.ts";
import { openServer, type Server } from "../src/main.ts";

export interface TestEngines extends AsyncDisposable {
  clickhouse: ClickHouse;
  postgres: Postgres;
}

/**
 * Both engines, migrated: chDB, and PGlite or, in the test project `postgres`, a database of its own on a real server.
 * chDB allows one directory a process: one call a test file.
 */
export async function openTestEngines(): Promise<TestEngines> {
  const directory = await mkdtemp(join(tmpdir(), "ratchet-test-"));
  const clickhouse = await openClickHouse({ path: join(directory, "clickhouse") });
  const postgres = await openPostgres(await placePostgres(directory));
  return {
    clickhouse,
    postgres,
    async [Symbol.asyncDispose]() {
      await clickhouse.close();
      await postgres.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Where a test's server has its data: it may be started on it more than once. */
export interface ServerPlace extends AsyncDisposable {
  directory: string;
  postgres: { path: string } | { url: string };
}

export async function makeServerPlace(): Promise<ServerPlace> {
  const directory = await mkdtemp(join(tmpdir(), "ratchet-test-"));
  return {
    directory,
    postgres: await placePostgres(directory),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

/** The whole server on a free port; beyond 127.0.0.1 it asks for keys. Its data go with it, unless they have a place. */
export async function openTestServer({
  host = "127.0.0.1",
  place,
}: {
  host?: string;
  place?: ServerPlace;
} = {}): Promise<Server & AsyncDisposable> {
  const { directory, postgres, ...made } = place ?? (await makeServerPlace());
  const server = await openServer({
    port: 0,
    host,
    dataDir: directory,
    clickhouseUrl: undefined,
    postgresUrl: "url" in postgres ? postgres.url : undefined,
    isFsyncOn: true,
    minFreeBytes: 0,
    otlpGrpc: { port: 0, isRequired: true },
    maxExportBytes: 64 * 1024 * 1024,
    logLevel: "silent",
  });
  return {
    ...server,
    async [Symbol.asyncDispose]() {
      await server.close();
      if (!place) await made[Symbol.asyncDispose]();
    },
  };
}

/** PGlite in the directory or, in the test project `postgres`, a new database. */
export async function placePostgres(directory: string): Promise<{ path: string } | { url: string }> {
  const maintenanceUrl = inject("postgresUrl");
  if (maintenanceUrl === undefined) return { path: join(directory, "postgres") };
  const name = `test_${process.pid}_${Date.now()}`;
  const client = new pg.Client({ connectionString: maintenanceUrl });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return { url: Object.assign(new URL(maintenanceUrl), { pathname: `/${name}` }).href };
}

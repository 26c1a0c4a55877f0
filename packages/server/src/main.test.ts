import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportSpans, newTraceId } from "../testing/otlp-export.ts";
import { refuseServerProcess, type ServerProcess, startServerProcess } from "../testing/server-process.ts";
import { openPostgres, sql } from "./engines/postgres.ts";

describe("the server process", { timeout: 120_000 }, () => {
  let RATCHET_DATA_DIR: string;
  let server: ServerProcess;
  const start = () => startServerProcess({ RATCHET_DATA_DIR });
  const isLocked = () => existsSync(join(RATCHET_DATA_DIR, "lock"));
  // The first start makes the databases.
  beforeAll(async () => {
    RATCHET_DATA_DIR = await mkdtemp(join(tmpdir(), "ratchet-process-"));
    server = await start();
  }, 120_000);
  afterAll(async () => {
    await server?.end("SIGKILL");
    await rm(RATCHET_DATA_DIR, { recursive: true, force: true });
  });

  it("refuses an environment that it cannot use, naming the variable", async () => {
    const { exitCode, stderr } = await refuseServerProcess({ RATCHET_DATA_DIR, PORT: "abc" });
    expect(stderr).toBe("The environment cannot be used: PORT takes a port from 0 (any free one) to 65535.\n");
    expect(exitCode).toBe(2);
  });

  it("refuses a data directory that another process has, naming both", async () => {
    const { exitCode, stderr } = await refuseServerProcess({ RATCHET_DATA_DIR });
    expect(stderr).toContain(`in use by process ${server.pid}`);
    expect(stderr).toMatch(/set RATCHET_DATA_DIR to another directory\.\n$/);
    expect(exitCode).toBe(2);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });

  it("refuses a data directory that cannot be one", async () => {
    const file = join(RATCHET_DATA_DIR, "a-file");
    await writeFile(file, "");
    const { exitCode, stderr } = await refuseServerProcess({ RATCHET_DATA_DIR: file });
    expect(stderr).toMatch(/^RATCHET_DATA_DIR: .* cannot be used: .*\n$/);
    expect(exitCode).toBe(2);
  });

  it("stops when asked, though pages listen; gives its directory back, and has everything when started again", async () => {
    const traceId = newTraceId();
    await exportSpans(server.url, [{ traceId }]);
    const events = (await fetch(`${server.url}/api/events`)).body?.getReader();
    await events?.read();
    expect(await server.end("SIGTERM")).toBe(0);
    expect((await events?.read())?.done).toBe(true);
    expect(isLocked()).toBe(false);
    server = await start();
    expect((await fetch(`${server.url}/api/traces/${traceId}`)).status).toBe(200);
  });

  it("takes over the directory of a process that was killed", async () => {
    await server.end("SIGKILL");
    expect(isLocked()).toBe(true);
    server = await start();
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    expect(await server.end("SIGINT")).toBe(0);
  });

  it("takes over the directory when another program has the dead process's number, as after a container's restart", async () => {
    await writeFile(join(RATCHET_DATA_DIR, "lock"), `${process.pid} 1`);
    server = await start();
    await server.end("SIGTERM");
  });

  it("leaves one first key where it asks for keys, whether just made or found", async () => {
    const beyond = { RATCHET_DATA_DIR, HOST: "0.0.0.0" };
    const readKey = async () => (await readFile(join(RATCHET_DATA_DIR, "first-key"), "utf8")).trim();
    server = await startServerProcess(beyond);
    const key = await readKey();
    await server.end("SIGTERM");
    server = await startServerProcess(beyond);
    expect(await readKey()).toBe(key);
    expect((await fetch(`${server.url}/api/home`)).status).toBe(401);
    expect((await fetch(`${server.url}/api/home`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200);
    await server.end("SIGTERM");
  });

  it("refuses a port that is taken, naming PORT, and leaves nothing locked", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const { exitCode, stderr } = await refuseServerProcess({ RATCHET_DATA_DIR, PORT: String(port) });
    other.close();
    expect(stderr).toBe(
      `Port ${port} of 127.0.0.1 is in use. Set PORT to another one, or stop the program that has it.\n`,
    );
    expect(exitCode).toBe(2);
    expect(isLocked()).toBe(false);
  });

  it("refuses data that a newer version wrote, and leaves nothing locked", async () => {
    const postgres = await openPostgres({ path: join(RATCHET_DATA_DIR, "postgres") });
    await postgres.query(sql`insert into schema_migrations values (9999, '9999-from-the-future.sql')`);
    await postgres.close();
    const { exitCode, stderr } = await refuseServerProcess({ RATCHET_DATA_DIR });
    expect(stderr).toBe(
      "The data has schema 9999, which this version of Ratchet does not know. Start the newer version that wrote it.\n",
    );
    expect(exitCode).toBe(2);
    expect(isLocked()).toBe(false);
  });
});

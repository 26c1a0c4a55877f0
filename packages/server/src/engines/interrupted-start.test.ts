import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startClickHouseServer } from "../../testing/clickhouse-server.ts";
import { StartError } from "../start-error.ts";
import { openClickHouse } from "./clickhouse.ts";
import { openPostgres, sql } from "./postgres.ts";

describe("engines whose last start was interrupted", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "ratchet-engines-"));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it("go on with a migration that was applied, but not yet noted", async () => {
    const path = join(directory, "clickhouse");
    const first = await openClickHouse({ path });
    await first.command("TRUNCATE TABLE schema_migrations");
    await first.close();
    const second = await openClickHouse({ path });
    expect(await second.query("SELECT number FROM schema_migrations WHERE number = 1")).toHaveLength(1);
    await second.close();
  });

  it("make the control plane's database anew when it was not finished", async () => {
    const path = join(directory, "postgres");
    await mkdir(`${path}.unfinished`);
    await writeFile(join(`${path}.unfinished`, "PG_VERSION"), "half of it is missing");
    const postgres = await openPostgres({ path });
    expect(await postgres.query(sql`select number from schema_migrations where number = 1`)).toHaveLength(1);
    await postgres.close();
  });

  it("do not share a directory with a process that no lock tells of", async () => {
    const path = join(directory, "elsewhere");
    await using _other = await startClickHouseServer(path);
    const refused = await openClickHouse({ path }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(StartError);
    expect((refused as Error).message).toContain("Another process may have it open");
  });
});

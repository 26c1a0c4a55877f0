/** The control plane's engine: PGlite in this process, or a PostgreSQL server by URL. One driver interface, one SQL. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { type SQL, sql } from "drizzle-orm";
import { drizzle as drizzlePg } from "drizzle-orm/node-postgres";
import { drizzle as drizzlePglite } from "drizzle-orm/pglite";
import pg from "pg";
import { type Migration, migrate, readMigrations } from "./migrations.ts";

export { sql } from "drizzle-orm";

/** Runs statements, alone or inside a transaction. */
export interface Queryable {
  /**
   * Rows of a statement made with `sql`: values become parameters, never text. Timestamps: select `iso(column)`.
   * `jsonb` comes parsed; send it as `${JSON.stringify(value)}::jsonb`.
   */
  query<Row>(statement: SQL): Promise<Row[]>;
}

export interface Postgres extends Queryable {
  /**
   * All or nothing. Inside, use only `tx`: PGlite has a single connection, so a query on the outer object would wait
   * for the transaction, which would wait for the query.
   */
  transaction<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result>;
  isHealthy(): Promise<boolean>;
  close(): Promise<void>;
}

/** The next of F-1, F-2, … within the project; call it in the transaction that uses it, so that no number is lost. */
export async function nextNumber(queryable: Queryable, projectId: number, prefix: string): Promise<string> {
  const rows = await queryable.query<{ last: number }>(sql`
    insert into sequence_number (project_id, prefix, last) values (${projectId}, ${prefix}, 1)
    on conflict (project_id, prefix) do update set last = sequence_number.last + 1 returning last`);
  return `${prefix}-${rows[0]?.last}`;
}

/** Opens and migrates the engine. `path` is a directory that no other process has open. */
export async function openPostgres(at: { path: string } | { url: string }): Promise<Postgres> {
  const engine = "url" in at ? openServer(at.url) : await openEmbedded(at.path);
  await migrate(toMigrationTarget(engine), readMigrations("postgres"));
  return engine;
}

function openServer(url: string): Postgres {
  const pool = new pg.Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 10_000 });
  // An idle connection that breaks is replaced at the next query; without a listener it would end the process.
  pool.on("error", () => {});
  const database = drizzlePg(pool);
  return toPostgres(
    async (statement) => (await database.execute(statement)).rows,
    (work) => database.transaction((tx) => work(async (statement) => (await tx.execute(statement)).rows)),
    () => pool.end(),
  );
}

async function openEmbedded(path: string): Promise<Postgres> {
  if (!existsSync(join(path, "PG_VERSION"))) initialise(path);
  const client = await PGlite.create(path);
  const database = drizzlePglite(client);
  return toPostgres(
    async (statement) => (await database.execute(statement)).rows,
    (work) => database.transaction((tx) => work(async (statement) => (await tx.execute(statement)).rows)),
    () => client.close(),
  );
}

/** The very first initialisation takes 400 MB that are never given back, so a child process does it. */
function initialise(path: string): void {
  const program =
    'const { PGlite } = await import("@electric-sql/pglite"); await (await PGlite.create(process.argv[1])).close();';
  const child = spawnSync(process.execPath, ["--input-type=module", "--eval", program, path], {
    cwd: import.meta.dirname,
    encoding: "utf8",
  });
  if (child.status !== 0) throw new Error(`The control plane's database could not be made in ${path}: ${child.stderr}`);
}

type Execute = (statement: SQL) => Promise<unknown[]>;

function toPostgres(
  execute: Execute,
  transact: <Result>(work: (execute: Execute) => Promise<Result>) => Promise<Result>,
  close: () => Promise<void>,
): Postgres {
  const toQueryable = (run: Execute): Queryable => ({
    query: async <Row>(statement: SQL) => (await run(statement)) as Row[],
  });
  const outer = toQueryable(execute);
  return {
    ...outer,
    transaction: (work) => transact((run) => work(toQueryable(run))),
    isHealthy: () =>
      outer.query(sql`select 1`).then(
        () => true,
        () => false,
      ),
    close,
  };
}

function toMigrationTarget(engine: Postgres) {
  return {
    listApplied: async () => {
      await engine.query(
        sql`create table if not exists schema_migrations (number int primary key, name text not null)`,
      );
      const rows = await engine.query<{ number: number }>(sql`select number from schema_migrations`);
      return rows.map((row) => row.number);
    },
    apply: (migration: Migration) =>
      engine.transaction(async (tx) => {
        for (const statement of migration.sql.split(/;\s*$/m)) {
          if (statement.trim() !== "") await tx.query(sql.raw(statement));
        }
        await tx.query(sql`insert into schema_migrations values (${migration.number}, ${migration.name})`);
      }),
  };
}

/** The control plane's engine: PGlite in this process, or a PostgreSQL server by URL. One driver interface, one SQL. */
import { spawnSync } from "node:child_process";
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import sqlTag, { raw, type Sql } from "sql-template-tag";
import { ProblemError } from "../problem.ts";
import { StartError } from "../start-error.ts";
import { type Migration, migrate, readMigrations } from "./migrations.ts";
import { findRootCause, isAnswered, toUnavailable, toUnusableUrl } from "./unreachable.ts";

/** A statement: interpolated values become parameters, other statements their text. `sql.raw` is for constant text only. */
export const sql = Object.assign(sqlTag, { raw });

/** A text array as one JSON parameter: the two drivers disagree on how arrays travel. */
export function textArray(values: readonly string[]): Sql {
  return sql`array(select jsonb_array_elements_text(${JSON.stringify(values)}::jsonb))`;
}

/** Runs statements, alone or inside a transaction. */
export interface Queryable {
  /**
   * Rows of a statement made with `sql`: values become parameters, never text. Timestamps: select `iso(column)`.
   * `jsonb` comes parsed; send it as `${JSON.stringify(value)}::jsonb`.
   */
  query<Row>(statement: Sql): Promise<Row[]>;
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

/**
 * Opens and migrates the engine. `path` is a directory that no other process has open.
 *
 * @throws StartError when it cannot be opened, or has a newer schema; then nothing is left open.
 */
export async function openPostgres(at: { path: string } | { url: string }): Promise<Postgres> {
  const engine = "url" in at ? openServer(at.url) : await openEmbedded(at.path);
  try {
    await migrate(toMigrationTarget(engine), readMigrations("postgres"));
    return engine;
  } catch (error) {
    await engine.close();
    throw "url" in at && !(error instanceof StartError) ? toUnusableUrl("RATCHET_POSTGRES_URL", at.url, error) : error;
  }
}

function openServer(url: string): Postgres {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 10_000,
    // Else a server that vanished without a word is waited for two hours.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  });
  // A connection that breaks between two statements is replaced; without listeners it would end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  const toExecute =
    (client: pg.Pool | pg.PoolClient): Execute =>
    (statement) =>
      client.query(statement.text, statement.values).then(({ rows }) => rows, refuseWhenAway);
  const transact = async <Result>(work: (execute: Execute) => Promise<Result>): Promise<Result> => {
    const client = await pool.connect().catch(refuseWhenAway);
    const execute = toExecute(client);
    try {
      await execute(sql`begin`);
      const result = await work(execute);
      await execute(sql`commit`);
      client.release();
      return result;
    } catch (error) {
      // What cannot be rolled back must not reach the next one who asks the pool.
      await execute(sql`rollback`).then(
        () => client.release(),
        () => client.release(true),
      );
      throw error;
    }
  };
  return toPostgres(toExecute(pool), transact, () => pool.end());
}

/** Throws `unavailable` for a server that is away, stopping or full; other errors as they are. */
function refuseWhenAway(error: unknown): never {
  const { code = "", message = "" } = findRootCause(error) as { code?: string; message?: string };
  // Node's codes begin with E. SQLSTATE 08: connection; 57P: shutting down or starting; 53300: too many connections.
  const isAway =
    /^(E[A-Z]|08|57P|53300)/.test(code) || /^Connection terminated|connection error|timeout exceeded/.test(message);
  throw isAway ? toUnavailable("The control plane's database", error) : error;
}

/** SQLSTATE of what a text cannot hold: NUL, and halves of surrogate pairs, also as escapes within `jsonb`. */
const isUnstorableText = (code: string | undefined, message: string) =>
  code === "22021" || code === "22P05" || (code === "22P02" && message.includes("json"));

/** Throws without the statement's parameters: they are people's texts, and errors go to the log. */
function refuseText(error: unknown): never {
  if (error instanceof ProblemError) throw error;
  const { code, message, stack } = error as { code?: string; message: string; stack?: string };
  if (isUnstorableText(code, message)) {
    throw new ProblemError(
      "invalid-request",
      "A text holds a NUL character or half of a surrogate pair. Leave it out.",
    );
  }
  throw Object.assign(new Error(message), { code, stack });
}

async function openEmbedded(path: string): Promise<Postgres> {
  if (!existsSync(join(path, "PG_VERSION"))) initialise(path);
  const client = await PGlite.create(path).catch((cause: unknown) => {
    throw new StartError(`The control plane's database in ${path} cannot be opened: ${(cause as Error).message}`, {
      cause,
    });
  });
  const toExecute =
    (on: Pick<PGlite, "query">): Execute =>
    async (statement) =>
      (await on.query(statement.text, statement.values)).rows;
  return toPostgres(
    toExecute(client),
    (work) => client.transaction((tx) => work(toExecute(tx))),
    () => client.close(),
  );
}

/**
 * The very first initialisation takes 400 MB that are never given back, so a child process does it; and in a directory
 * that gets its name when it is whole, as people interrupt first starts.
 */
function initialise(path: string): void {
  const unfinished = `${path}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const program =
    'const { PGlite } = await import("@electric-sql/pglite"); await (await PGlite.create(process.argv[1])).close();';
  const child = spawnSync(process.execPath, ["--input-type=module", "--eval", program, unfinished], {
    cwd: import.meta.dirname,
    encoding: "utf8",
  });
  if (child.status !== 0) {
    throw new StartError(`The control plane's database could not be made in ${path}: ${child.stderr}`);
  }
  renameSync(unfinished, path);
}

type Execute = (statement: Sql) => Promise<unknown[]>;

function toPostgres(
  execute: Execute,
  transact: <Result>(work: (execute: Execute) => Promise<Result>) => Promise<Result>,
  close: () => Promise<void>,
): Postgres {
  const toQueryable = (run: Execute): Queryable => ({
    query: async <Row>(statement: Sql) => (await run(statement).catch(refuseText)) as Row[],
  });
  const outer = toQueryable(execute);
  return {
    ...outer,
    transaction: (work) => transact((run) => work(toQueryable(run))),
    isHealthy: () => isAnswered(outer.query(sql`select 1`)),
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

/** Telemetry's engine: chDB in this process, or a ClickHouse server by URL. One client, one SQL. */
import { type ClickHouseClient, type ClickHouseClientConfigOptions, createClient } from "@clickhouse/client";
import { createChdbConnection } from "chdb/connection";
import { type Migration, migrate, readMigrations } from "./migrations.ts";

/** Measured on two cores: three writers give 1.7 times the ingest of one; two readers keep a slow query from blocking a quick one. */
const writerCount = 3;
const readerCount = 2;

/**
 * Set once per connection, because on chDB a setting given with a query sticks to the connection.
 * Top-k dynamic filtering stops the text index from being read directly (10 to 50 times slower search).
 * 64-bit integers are quoted: hashes lose digits as JavaScript numbers. `max_memory_usage` is unlimited in chDB by default.
 */
const settings = {
  use_top_k_dynamic_filtering: 0,
  output_format_json_quote_64bit_integers: 1,
  max_execution_time: 30,
  max_memory_usage: "2000000000",
  date_time_input_format: "best_effort",
} as const;

type Connection = NonNullable<ClickHouseClientConfigOptions["connection"]>;
type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };
/** Values of `{name:Type}` placeholders. */
export type Parameters = Readonly<Record<string, Value>>;

export interface ClickHouse {
  /** Rows of a SELECT. 64-bit integers come as strings: wrap counts in `toUInt32`, or convert. */
  query<Row>(sql: string, parameters?: Parameters): Promise<Row[]>;
  /** Resolves when the rows are durable. Column names are the rows' keys. */
  insert(table: string, rows: readonly object[]): Promise<void>;
  /** DDL and mutations. */
  command(sql: string, parameters?: Parameters): Promise<void>;
  isHealthy(): Promise<boolean>;
  close(): Promise<void>;
}

/** Opens and migrates the engine. `path` is a directory that no other process has open. */
export async function openClickHouse(at: { path: string } | { url: string }): Promise<ClickHouse> {
  const writers = createPool(await openClients(at, writerCount));
  const readers = createPool(await openClients(at, readerCount));
  const engine: ClickHouse = {
    query: (sql, parameters) =>
      readers.use(async (client) => {
        const result = await client.query({ query: sql, format: "JSONEachRow", query_params: { ...parameters } });
        return await result.json();
      }),
    insert: async (table, rows) => {
      if (rows.length === 0) return;
      await writers.use((client) => client.insert({ table, values: rows, format: "JSONEachRow" }));
    },
    command: async (sql, parameters) => {
      await writers.use((client) => client.command({ query: sql, query_params: { ...parameters } }));
    },
    isHealthy: async () => {
      const answer = await engine.query<{ ok: number }>("SELECT 1 AS ok").catch(() => []);
      return answer.length === 1;
    },
    close: async () => {
      await Promise.all([...(await writers.drain()), ...(await readers.drain())].map((client) => client.close()));
    },
  };
  await migrate(toMigrationTarget(engine), readMigrations("clickhouse"));
  return engine;
}

async function openClients(at: { path: string } | { url: string }, count: number): Promise<ClickHouseClient[]> {
  if ("url" in at) {
    const remote = { url: at.url, clickhouse_settings: settings, request_timeout: 60_000 };
    return Array.from({ length: count }, () => createClient(remote));
  }
  const clients = Array.from({ length: count }, () => {
    // chdb's types come from another copy of the client's, equal but for a private field.
    const connection = createChdbConnection({ path: at.path }) as unknown as Connection;
    return createClient({ connection });
  });
  const assignments = Object.entries(settings).map(
    ([name, value]) => `${name} = ${JSON.stringify(value).replaceAll('"', "'")}`,
  );
  for (const client of clients) await client.command({ query: `SET ${assignments.join(", ")}` });
  return clients;
}

function toMigrationTarget(engine: ClickHouse) {
  return {
    listApplied: async () => {
      await engine.command(
        "CREATE TABLE IF NOT EXISTS schema_migrations (number UInt32, name String) ENGINE = MergeTree ORDER BY number",
      );
      const rows = await engine.query<{ number: number }>("SELECT number FROM schema_migrations");
      return rows.map((row) => row.number);
    },
    apply: async (migration: Migration) => {
      for (const statement of migration.sql.split(/;\s*$/m)) {
        if (statement.trim() !== "") await engine.command(statement);
      }
      await engine.insert("schema_migrations", [{ number: migration.number, name: migration.name }]);
    },
  };
}

/** One chDB connection runs one query at a time, so each is lent to one caller at a time, first come first served. */
function createPool(clients: ClickHouseClient[]) {
  const idle = [...clients];
  const waiting: ((client: ClickHouseClient) => void)[] = [];
  const take = (): Promise<ClickHouseClient> => {
    const client = idle.pop();
    return client ? Promise.resolve(client) : new Promise((resolve) => waiting.push(resolve));
  };
  const giveBack = (client: ClickHouseClient) => {
    const next = waiting.shift();
    if (next) next(client);
    else idle.push(client);
  };
  return {
    async use<Result>(work: (client: ClickHouseClient) => Promise<Result>): Promise<Result> {
      const client = await take();
      try {
        return await work(client);
      } finally {
        giveBack(client);
      }
    },
    /** All clients, once each has finished what it runs. */
    drain: () => Promise.all(clients.map(take)),
  };
}

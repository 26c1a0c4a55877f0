/**
 * Telemetry's engine: chDB in this process, or a ClickHouse server by URL. One client, one SQL.
 * By URL, only chDB behind ClickHouse's HTTP interface has been run yet; a ClickHouse cluster has not.
 */

import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { finished } from "node:stream/promises";
import {
  type ClickHouseClient,
  type ClickHouseClientConfigOptions,
  ClickHouseError,
  ClickHouseLogLevel,
  createClient,
} from "@clickhouse/client";
import { type ChdbConnection, createChdbConnection } from "chdb/connection";
import { StartError } from "../start-error.ts";
import { bindParameters, type Parameters } from "./bind-parameters.ts";
import { type EncodedRows, encodeRows } from "./encode-rows.ts";
import { type Migration, migrate, readMigrations } from "./migrations.ts";
import { isAnswered, toUnavailable, toUnusableUrl } from "./unreachable.ts";

/** Measured on two cores: three writers give 1.7 times the ingest of one; two readers keep a slow query from blocking a quick one. */
const writerCount = 3;
const readerCount = 2;
const insertFormat = "JSONCompactEachRow";

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

type EmbeddedConnection = NonNullable<ClickHouseClientConfigOptions["connection"]>;

export interface ClickHouse {
  /** Rows of a SELECT. 64-bit integers come as strings: wrap counts in `toUInt32`, or convert. */
  query<Row>(sql: string, parameters?: Parameters): Promise<Row[]>;
  /** Rows of a SELECT as RowBinary: for many narrow rows (a third of the time), and for bytes that are no text. */
  queryBinary(sql: string, parameters?: Parameters): Promise<Buffer>;
  /** Resolves when the rows are durable. Column names are the keys of the first row. */
  insert(table: string, rows: readonly object[]): Promise<void>;
  /** DDL and mutations. */
  command(sql: string, parameters?: Parameters): Promise<void>;
  isHealthy(): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Opens and migrates the engine. `path` is a directory that no other process has open.
 *
 * @throws StartError when it cannot be opened, or has a newer schema; then nothing is left open.
 */
export async function openClickHouse(at: { path: string } | { url: string }): Promise<ClickHouse> {
  if ("path" in at) return openWith(await openEmbedded(at.path));
  try {
    return await openWith(openServer(at.url));
  } catch (error) {
    throw error instanceof StartError ? error : toUnusableUrl("RATCHET_CLICKHOUSE_URL", at.url, error);
  }
}

function openServer(url: string): Clients {
  const options = {
    url,
    clickhouse_settings: settings,
    request_timeout: 60_000,
    // Errors are told by who asked; the client's own log would repeat them in another form.
    log: { level: ClickHouseLogLevel.OFF },
  };
  const makeClients = (count: number) => Array.from({ length: count }, () => createClient(options));
  const toWriter = (client: ClickHouseClient): Writer => ({
    client,
    // The client's own insert takes rows, and these are lines already.
    insertLines: async (table, { columns, lines }) => {
      const query = `INSERT INTO ${table} (${columns.join(", ")}) FORMAT ${insertFormat}`;
      const { stream } = await client.exec({ query, values: Readable.from([lines], { objectMode: false }) });
      // The connection is free again once its answer is read.
      await finished(stream.resume());
    },
  });
  const toReader = (client: ClickHouseClient): Reader => ({
    client,
    read: async (sql, parameters, format) => {
      const { stream } = await client.exec({ query: `${sql} FORMAT ${format}`, query_params: { ...parameters } });
      return buffer(stream);
    },
  });
  const refuseWhenAway = (error: unknown): never => {
    // The engine's own complaints have a class; all else is the way there.
    throw error instanceof ClickHouseError ? error : toUnavailable("The telemetry engine", error);
  };
  return {
    writers: makeClients(writerCount).map(toWriter),
    readers: makeClients(readerCount).map(toReader),
    refuse: refuseWhenAway,
  };
}

async function openEmbedded(path: string): Promise<Clients> {
  const writers: Writer[] = [];
  const readers: Reader[] = [];
  const open = () => {
    const connection = createChdbConnection({ path });
    // chdb's types come from another copy of the client's, equal but for a private field.
    return { connection, client: createClient({ connection: connection as unknown as EmbeddedConnection }) };
  };
  const listClients = () => [...writers, ...readers].map(({ client }) => client);
  try {
    while (writers.length < writerCount) {
      const { connection, client } = open();
      // The client would make a statement of the rows, which costs the engine twice as much as the rows as they are.
      const insertLines: Writer["insertLines"] = (table, { columns, lines }) =>
        connection.chdb.rawInsert({ table, columns, values: lines, format: insertFormat });
      writers.push({ client, insertLines });
    }
    while (readers.length < readerCount) {
      const { connection, client } = open();
      readers.push({ client, read: readFrom(connection) });
    }
    const assignments = Object.entries(settings).map(
      ([name, value]) => `${name} = ${JSON.stringify(value).replaceAll('"', "'")}`,
    );
    for (const client of listClients()) await client.command({ query: `SET ${assignments.join(", ")}` });
  } catch (cause) {
    await closeAll(listClients());
    throw new StartError(
      `The telemetry engine cannot open ${path}: ${(cause as Error).message}. Another process may have it open, even in another container; set RATCHET_DATA_DIR to another directory.`,
      { cause },
    );
  }
  const refuse = (error: unknown): never => {
    throw error;
  };
  return { writers, readers, refuse };
}

/** The client's own way takes 3 ms more a query, and lets one query with parameters run at a time in all connections. */
function readFrom({ chdb }: ChdbConnection): Reader["read"] {
  return async (sql, parameters, format) => {
    const result = await chdb.queryAsync(bindParameters(sql, parameters), { format });
    const bytes = result.bytes();
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  };
}

/** A connection that is used for inserts, commands and mutations. */
interface Writer {
  client: ClickHouseClient;
  /** Resolves when the rows are durable. */
  insertLines(table: string, rows: EncodedRows): Promise<unknown>;
}

/** A connection that is used for SELECTs. */
interface Reader {
  client: ClickHouseClient;
  read(sql: string, parameters: Parameters, format: "JSONEachRow" | "RowBinary"): Promise<Buffer>;
}

interface Clients {
  writers: Writer[];
  readers: Reader[];
  /** Throws what callers see of an error. */
  refuse: (error: unknown) => never;
}

/** Closes the clients when the migration fails. */
async function openWith(clients: Clients): Promise<ClickHouse> {
  const writers = createPool(clients.writers);
  const readers = createPool(clients.readers);
  const { refuse } = clients;
  const engine: ClickHouse = {
    query: async (sql, parameters = {}) => {
      const read = readers.use((reader) => reader.read(sql, parameters, "JSONEachRow"));
      return parseLines(await read.catch(refuse));
    },
    queryBinary: (sql, parameters = {}) =>
      readers.use((reader) => reader.read(sql, parameters, "RowBinary")).catch(refuse),
    insert: async (table, rows) => {
      if (rows.length === 0) return;
      const encoded = await encodeRows(rows);
      await writers.use((writer) => writer.insertLines(table, encoded)).catch(refuse);
    },
    command: async (sql, parameters) => {
      await writers.use(({ client }) => client.command({ query: sql, query_params: { ...parameters } })).catch(refuse);
    },
    isHealthy: () => isAnswered(engine.query("SELECT 1")),
    close: async () => {
      const connections = [...(await writers.drain()), ...(await readers.drain())];
      await closeAll(connections.map(({ client }) => client));
    },
  };
  try {
    await migrate(toMigrationTarget(engine), readMigrations("clickhouse"));
    return engine;
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/** A JSON value a line; no line break stands within one. */
function parseLines<Row>(lines: Buffer): Row[] {
  return JSON.parse(`[${lines.toString().trimEnd().replaceAll("\n", ",")}]`);
}

async function closeAll(clients: readonly ClickHouseClient[]): Promise<void> {
  await Promise.all(clients.map((client) => client.close()));
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
function createPool<Connection>(connections: Connection[]) {
  const idle = [...connections];
  const waiting: ((connection: Connection) => void)[] = [];
  const take = (): Promise<Connection> => {
    const connection = idle.pop();
    return connection ? Promise.resolve(connection) : new Promise((resolve) => waiting.push(resolve));
  };
  const giveBack = (connection: Connection) => {
    const next = waiting.shift();
    if (next) next(connection);
    else idle.push(connection);
  };
  return {
    async use<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result> {
      const connection = await take();
      try {
        return await work(connection);
      } finally {
        giveBack(connection);
      }
    },
    /** All connections, once each has finished what it runs. */
    drain: () => Promise.all(connections.map(take)),
  };
}

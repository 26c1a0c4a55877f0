/** Numbered, forward-only migrations, the same way on both engines. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { StartError } from "../start-error.ts";

export interface Migration {
  number: number;
  name: string;
  sql: string;
}

/** What an engine must offer to be migrated. */
export interface MigrationTarget {
  /** Numbers already applied; makes its bookkeeping table if needed. */
  listApplied(): Promise<number[]>;
  apply(migration: Migration): Promise<void>;
}

/**
 * `NNNN-name.sql` files of `migrations/<engine>`, in order. ClickHouse has no transactions for them: its statements must
 * be repeatable, as a process may be killed between two.
 */
export function readMigrations(engine: "clickhouse" | "postgres"): Migration[] {
  const directory = join(import.meta.dirname, "migrations", engine);
  return readdirSync(directory)
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file) => ({
      number: Number(file.slice(0, 4)),
      name: file,
      sql: readFileSync(join(directory, file), "utf8"),
    }));
}

/** @throws StartError when the engine has a migration that this version does not know. */
export async function migrate(target: MigrationTarget, migrations: readonly Migration[]): Promise<void> {
  const applied = new Set(await target.listApplied());
  const known = new Set(migrations.map((migration) => migration.number));
  for (const number of applied) {
    if (!known.has(number)) {
      throw new StartError(
        `The data has schema ${number}, which this version of Ratchet does not know. Start the newer version that wrote it.`,
      );
    }
  }
  for (const migration of migrations) if (!applied.has(migration.number)) await target.apply(migration);
}

/** Whether an acknowledged insert survives a power failure too, or only the end of the process. */
import type { ClickHouse } from "./clickhouse.ts";

/** Sets it for every table that has it otherwise; tables are made with it on. */
export async function setFsync(clickhouse: ClickHouse, isOn: boolean): Promise<void> {
  const [is, was] = isOn ? [1, 0] : [0, 1];
  const tables = await clickhouse.query<{ name: string }>(
    `SELECT name FROM system.tables
    WHERE database = currentDatabase() AND engine_full LIKE '%fsync_after_insert = ${was}%'`,
  );
  for (const { name } of tables) {
    await clickhouse.command(
      `ALTER TABLE ${name} MODIFY SETTING fsync_after_insert = ${is}, fsync_part_directory = ${is}`,
    );
  }
}

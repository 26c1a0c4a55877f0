/** What an engine's error says about trying again. */
import { ClickHouseError } from "@clickhouse/client";

/**
 * - `rows`: it cannot read something of what was to be inserted; the other rows may still be good.
 * - `space`: its disk is full.
 * - `other`: it is away, too busy, out of memory or broken.
 */
export type EngineFault = "rows" | "space" | "other";

/** Codes of ClickHouse's `ErrorCodes.cpp`: what cannot be parsed, or does not fit its column. */
const rowCodes = new Set([6, 26, 27, 33, 38, 41, 53, 69, 70, 72, 117, 130, 131, 190, 252, 321, 376, 467, 691]);
/** `NOT_ENOUGH_SPACE`; a write that the system refused has its own code and says why. */
const spaceCode = 243;

export function toEngineFault(error: unknown): EngineFault {
  const code = readCode(error);
  if (code === undefined) return "other";
  if (code === spaceCode || /No space left on device|Disk quota exceeded/i.test((error as Error).message))
    return "space";
  return rowCodes.has(code) ? "rows" : "other";
}

/** chDB's inserts have errors of their own class. */
function readCode(error: unknown): number | undefined {
  if (error instanceof ClickHouseError) return Number(error.code);
  const { clickhouseCode } = error as { clickhouseCode?: unknown };
  return typeof clickhouseCode === "number" ? clickhouseCode : undefined;
}

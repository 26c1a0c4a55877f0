/** Since when a project keeps its traces: readers see no expired trace, whether its rows are still there or not. */
import { fromMicros, toMicros } from "../micros.ts";
import type { ProjectScope } from "../router.ts";

const dayMicros = 24 * 3600 * 1e6;

/** Microseconds since 1970: a trace that began before is expired. `null`: traces are kept for ever. */
export function keptFromMicros({ retentionDays }: ProjectScope, now: Date): number | null {
  return retentionDays == null ? null : now.getTime() * 1000 - retentionDays * dayMicros;
}

/** @param startMicros When the trace began. */
export function isExpired(project: ProjectScope, startMicros: number, now: Date): boolean {
  const keptFrom = keptFromMicros(project, now);
  return keptFrom !== null && startMicros < keptFrom;
}

/** The later of `from` and what the project keeps; ISO 8601. */
export function notBeforeKept(project: ProjectScope, from: string | undefined, now: Date): string | undefined {
  const keptFrom = keptFromMicros(project, now);
  if (keptFrom === null) return from;
  return from === undefined || toMicros(from) < keptFrom ? fromMicros(keptFrom) : from;
}

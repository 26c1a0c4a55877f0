/** Which traces a query means, as a condition on their heads. */
import type { TraceQuery } from "@ratchet/protocol";
import { toMicros } from "../micros.ts";

/** Where a page ends: the next one begins with the trace that started just before. */
export interface Cursor {
  startMicros: number;
  traceId: string;
}

type FilterValue = string | number;
interface Clause {
  sql: string;
  parameters: Record<string, FilterValue>;
}

/** The condition is on rows of `trace_head`; every value is a parameter. `project` must be one of the query's. */
export function toCondition(query: Omit<TraceQuery, "limit" | "cursor">): Clause {
  const clauses: Clause[] = [];
  const add = (sql: string, parameters: Record<string, FilterValue | undefined>) => {
    if (Object.values(parameters).every((value) => value !== undefined)) {
      clauses.push({ sql, parameters: parameters as Record<string, FilterValue> });
    }
  };
  const { origin, from, to, status, name, signal, failure, session, release, rollout, arm } = query;
  add("start_time >= fromUnixTimestamp64Micro({from:Int64})", { from: from === undefined ? from : toMicros(from) });
  add("start_time < fromUnixTimestamp64Micro({to:Int64})", { to: to === undefined ? to : toMicros(to) });
  if (origin === "production") add(isOfProduction, {});
  if (origin === "evals") add("kind = 'evaluator'", {});
  add("status = {status:String}", { status });
  add("positionCaseInsensitiveUTF8(name, {name:String}) > 0", { name });
  add(isOfSession, { session });
  add("release = {release:String}", { release });
  add("rollout = {rollout:String}", { rollout });
  add("arm = {arm:String}", { arm });
  add(hasSignal("detector = {signal:String}"), { signal });
  add(hasSignal("failure = {failure:String}"), { failure });
  return {
    sql: `(${clauses.map((clause) => clause.sql).join(" AND ") || "true"})`,
    parameters: Object.assign({}, ...clauses.map((clause) => clause.parameters)),
  };
}

/** The newest traces of a project all match it, as long as they are no runs of evals. */
export function isBroad({ origin, from: _, ...filters }: Omit<TraceQuery, "limit" | "cursor">): boolean {
  return origin !== "evals" && Object.values(filters).every((value) => value === undefined);
}

/**
 * Only the root tells the run of an eval, and clients export what is below it first: without its root, a trace counts as
 * production after so long.
 */
const isOfProduction = "kind != 'evaluator' AND (is_root OR start_time < now64(6) - INTERVAL 60 SECOND)";
/** Any of its spans says so. */
const isOfSession = `trace_id IN (
  SELECT trace_id FROM spans WHERE project_id = {project:UInt32} AND session_id = {session:String})`;
const hasSignal = (condition: string) => `trace_id IN (
  SELECT trace_id FROM signals FINAL WHERE project_id = {project:UInt32} AND is_deleted = 0 AND ${condition})`;

export function toCursor({ startMicros, traceId }: Cursor): string {
  return `${startMicros}-${traceId}`;
}

/** `null` when the text is no cursor. */
export function parseCursor(text: string): Cursor | null {
  const [, startMicros, traceId] = /^(\d{1,16})-([0-9a-f]{32})$/.exec(text) ?? [];
  return startMicros !== undefined && traceId !== undefined ? { startMicros: Number(startMicros), traceId } : null;
}

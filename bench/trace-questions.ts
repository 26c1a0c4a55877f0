/** What pages ask of traces, as a path over HTTP and as a call in the engine. */
import { TraceQuery } from "@ratchet/protocol";
import { project, type TraceEngine } from "./trace-engine.ts";

/** Traces of the corpus to ask for: the newest 500 of 6 spans, and those of 200. */
export interface Picked {
  small: { traceId: string; rootSpanId: string; sessionId: string | null }[];
  large: string[];
}

export interface Question {
  name: string;
  /** Absent where no page asks it yet. */
  path?: () => string;
  ask: (engine: TraceEngine) => Promise<unknown>;
}

const hourMs = 3600 * 1000;
const before = (ms: number) => new Date(Date.now() - ms).toISOString();
const parameters = (hours: number) => ({ project: project.id, from: (Date.now() - hours * hourMs) * 1000 });
const since = "project_id = {project:UInt32} AND start_time >= fromUnixTimestamp64Micro({from:Int64})";

export function listQuestions({ small, large }: Picked): Question[] {
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(Math.random() * items.length)] as Item;
  const list = (query: () => Record<string, string>): Omit<Question, "name"> => ({
    path: () => `/api/traces?${new URLSearchParams(query())}`,
    ask: ({ traces }) => traces.list(project, TraceQuery.parse(query())),
  });
  const laterPage = `${(Date.now() - 60 * hourMs) * 1000}-${"f".repeat(32)}`;
  return [
    { name: "list of 50 with rollups and total", ...list(() => ({})) },
    { name: "a page from two days before", ...list(() => ({ cursor: laterPage })) },
    { name: "list of 50 of the last 24 hours", ...list(() => ({ from: before(24 * hourMs) })) },
    { name: "list of one session", ...list(() => ({ session: pick(small).sessionId ?? "" })) },
    { name: "list of 50 that failed", ...list(() => ({ status: "error" })) },
    { name: "open a trace of 6 spans", ...open(() => pick(small).traceId) },
    { name: "open a trace of 200 spans", ...open(() => pick(large)) },
    { name: "open a span's texts", ...openSpan(() => pick(small)) },
    {
      name: "p95 by model and hour over 7 days",
      ask: ({ clickhouse }) => clickhouse.query(byModelAndHour, parameters(168)),
    },
    { name: "counts of 4 facets over 24 hours", ask: ({ clickhouse }) => clickhouse.query(facets, parameters(24)) },
    { name: "counts of 4 facets over 7 days", ask: ({ clickhouse }) => clickhouse.query(facets, parameters(168)) },
    { name: "health of 24 hours", ask: ({ traces }) => traces.health(project) },
    {
      name: "usual durations of a trace's name",
      ask: ({ traces }) => traces.durationHistory(project, "answer", before(0)),
    },
  ];
}

function open(traceId: () => string): Omit<Question, "name"> {
  return { path: () => `/api/traces/${traceId()}`, ask: ({ traces }) => traces.find(project, traceId()) };
}

function openSpan(pick: () => { traceId: string; rootSpanId: string }): Omit<Question, "name"> {
  return {
    path: () => {
      const { traceId, rootSpanId } = pick();
      return `/api/traces/${traceId}/spans/${rootSpanId}`;
    },
    ask: ({ traces }) => {
      const { traceId, rootSpanId } = pick();
      return traces.findSpan(project, traceId, rootSpanId);
    },
  };
}

const byModelAndHour = `SELECT model, toStartOfHour(start_time) AS hour, toUInt32(count()) AS calls,
    quantilesTDigest(0.5, 0.95)(toFloat64(end_time - start_time)) AS seconds, sum(cost_usd) AS costUsd,
    toUInt32(countIf(status = 'error')) AS errors
  FROM spans FINAL WHERE ${since} AND kind = 'llm' GROUP BY model, hour ORDER BY model, hour`;

const facets = `SELECT model, name, status, environment, toUInt32(count()) AS spans
  FROM spans FINAL WHERE ${since} GROUP BY GROUPING SETS ((model), (name), (status), (environment))`;

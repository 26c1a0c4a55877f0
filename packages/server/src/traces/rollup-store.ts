/** SQL of a whole trace: who stands for it, and sums over the newest copy of each of its spans. */
import type { Exposure, PromptRef, SpanKind, SpanSummary } from "@ratchet/protocol";
import type { ClickHouse } from "../engines/clickhouse.ts";
import { fromSpanUuid, fromTraceUuid, toUuid } from "../engines/trace-ids.ts";
import { rollUpSpans, type SpanFacts } from "./rollup.ts";
import { isCall, sumUsage, type TraceUsage, usageColumns } from "./trace-usage.ts";

/**
 * Copies of spans that are summed here: planning the sums costs the engine more than reading so few rows (14 ms of
 * processor time against 9 for 300 spans).
 */
const maxFactsOfPage = 3000;
/** Spans between are read with them. */
const nearMicros = 60e6;
/** Each is 1 ms of planning; beyond so many that is more than the spans between them cost. */
const maxRanges = 8;

/** Session, user, tags, environment and release are those of the span that stands for it, else of the earliest that has some. */
export interface TraceRow extends TraceUsage {
  traceId: string;
  /** The root or, until one arrives, the span that starts first. */
  spanId: string;
  isRoot: boolean;
  name: string;
  kind: SpanKind;
  status: SpanSummary["status"];
  startMicros: number;
  /** 0 while it runs. Without a root: the end of the last of all, 0 while one runs. */
  endMicros: number;
  /** Of the newest copy of the span that stands for it. */
  version: string;
  environment: string;
  release: string;
  userId: string;
  sessionId: string;
  tags: string[];
  exposure: Exposure | null;
  inputPreview: string;
  outputPreview: string;
  spanCount: number;
  errorCount: number;
  prompts: PromptRef[];
}

/** Microseconds since 1970. */
type Range = Readonly<{ fromMicros: number; toMicros: number }>;

const head = `(span_id, is_root, name, kind, status, toUnixTimestamp64Micro(start_time), toUnixTimestamp64Micro(end_time),
  version, rollout, arm, unit, planned_share, input_preview, output_preview)`;
type Head = [
  span: string,
  isRoot: 0 | 1,
  name: string,
  kind: SpanKind,
  status: SpanSummary["status"],
  start: string,
  end: string,
  version: string,
  rollout: string,
  arm: Exposure["arm"] | "",
  unit: string,
  plannedShare: number | null,
  inputPreview: string,
  outputPreview: string,
];

interface SelectedTrace
  extends Pick<TraceRow, "sessionId" | "userId" | "environment" | "release" | "tags" | "spanCount" | "errorCount"> {
  trace: string;
  head: Head;
  runningCount: number;
  lastEnd: string;
  /** By {@link usageColumns}. */
  calls: number[];
  largest: number[];
  prompts: [name: string, version: string][];
}

export function createRollupStore(clickhouse: ClickHouse) {
  /** Up to so many copies of spans, in no order. */
  async function listFacts(spans: Condition, limit: number) {
    const rows = await clickhouse.query<SelectedFacts>(
      `SELECT trace_id AS trace, span_id AS span, is_root AS isRoot, name, kind, status,
        toUnixTimestamp64Micro(start_time) AS start, toUnixTimestamp64Micro(end_time) AS end, version, environment,
        release, user_id AS userId, session_id AS sessionId, tags, rollout, arm, unit, planned_share AS plannedShare,
        input_preview AS inputPreview, output_preview AS outputPreview, ${isCall} AS isCall, ${usageColumns} AS usage,
        prompt_name AS promptName, prompt_version AS promptVersion
      FROM spans PREWHERE ${spans.sql} LIMIT {limit:UInt32}`,
      { ...spans.parameters, limit },
    );
    return rows.map(toSpanFacts);
  }

  /** As {@link rollUpSpans}, for any number of spans. */
  async function sumInEngine(spans: Condition): Promise<TraceRow[]> {
    const rows = await clickhouse.query<SelectedTrace>(
      `SELECT trace_id AS trace, argMin(head, place) AS head,
        argMinIf(session_id, place, session_id != '') AS sessionId,
        argMinIf(user_id, place, user_id != '') AS userId,
        argMinIf(environment, place, environment != '') AS environment,
        argMinIf(release, place, release != '') AS release, argMinIf(tags, place, notEmpty(tags)) AS tags,
        toUInt32(count()) AS spanCount, toUInt32(countIf(status = 'error')) AS errorCount,
        toUInt32(countIf(status = 'running')) AS runningCount, toUnixTimestamp64Micro(max(end_time)) AS lastEnd,
        sumForEachIf(usage, is_call) AS calls, maxForEach(usage) AS largest,
        arraySort(groupUniqArrayIf(20)((prompt_name, prompt_version), prompt_name != '')) AS prompts
      FROM (
        SELECT trace_id, span_id, ${head} AS head, (NOT is_root, start_time, span_id) AS place, ${isCall} AS is_call,
          ${usageColumns} AS usage, session_id, user_id, environment, release, tags, status, end_time,
          prompt_name, prompt_version
        FROM spans WHERE ${spans.sql} ORDER BY version DESC LIMIT 1 BY trace_id, span_id)
      GROUP BY trace_id`,
      spans.parameters,
    );
    return rows.map(toTraceRow);
  }

  return {
    /** In no order; traces without a span in any of the ranges are left out. */
    rollUp: async (
      projectId: number,
      traceIds: readonly string[],
      ranges: readonly Range[],
      { maxFacts = maxFactsOfPage } = {},
    ): Promise<TraceRow[]> => {
      const spans = toCondition(projectId, traceIds, ranges);
      const facts = await listFacts(spans, maxFacts + 1);
      return facts.length <= maxFacts ? rollUpSpans(facts) : sumInEngine(spans);
    },
  };
}

interface Condition {
  sql: string;
  parameters: Record<string, number | readonly string[]>;
}

/** Ranges that are far apart are read each for itself: one range over all would hold most of a project's spans. */
function toCondition(projectId: number, traceIds: readonly string[], ranges: readonly Range[]): Condition {
  const bounds = joinNear(ranges);
  const inBounds = bounds.map(
    (_, index) =>
      `start_time BETWEEN fromUnixTimestamp64Micro({from${index}:Int64}) AND fromUnixTimestamp64Micro({to${index}:Int64})`,
  );
  return {
    sql: `project_id = {project:UInt32} AND trace_id IN {traces:Array(UUID)} AND (${inBounds.join(" OR ")})`,
    parameters: {
      project: projectId,
      traces: traceIds.map(toUuid),
      ...Object.fromEntries(
        bounds.flatMap(({ fromMicros, toMicros }, index) => [
          [`from${index}`, fromMicros],
          [`to${index}`, toMicros],
        ]),
      ),
    },
  };
}

/** Joined over all gaps but the widest. */
function joinNear(ranges: readonly Range[]): Range[] {
  const sorted = ranges.toSorted((a, b) => a.fromMicros - b.fromMicros);
  const gap = (index: number) => (sorted[index]?.fromMicros ?? 0) - (sorted[index - 1]?.toMicros ?? 0);
  const widest = sorted
    .map((_, index) => index)
    .slice(1)
    .filter((index) => gap(index) > nearMicros)
    .toSorted((a, b) => gap(b) - gap(a))
    .slice(0, maxRanges - 1)
    .toSorted((a, b) => a - b);
  return [0, ...widest].map((first, part) => {
    const own = sorted.slice(first, widest[part]);
    return { fromMicros: own[0]?.fromMicros ?? 0, toMicros: Math.max(...own.map(({ toMicros }) => toMicros)) };
  });
}

interface SelectedFacts
  extends Omit<SpanFacts, "traceId" | "spanId" | "isRoot" | "isCall" | "startMicros" | "endMicros" | "exposure"> {
  trace: string;
  span: string;
  isRoot: 0 | 1;
  isCall: 0 | 1;
  start: string;
  end: string;
  rollout: string;
  arm: Exposure["arm"] | "";
  unit: string;
  plannedShare: number | null;
}

function toSpanFacts(row: SelectedFacts): SpanFacts {
  const { trace, span, isRoot, isCall, start, end, rollout, arm, unit, plannedShare, ...rest } = row;
  return {
    ...rest,
    traceId: fromTraceUuid(trace),
    spanId: fromSpanUuid(span) ?? "",
    isRoot: isRoot === 1,
    isCall: isCall === 1,
    startMicros: Number(start),
    endMicros: Number(end),
    exposure: toExposure({ rollout, arm, unit, plannedShare }),
  };
}

function toTraceRow({ trace, head, runningCount, lastEnd, calls, largest, prompts, ...row }: SelectedTrace): TraceRow {
  const [span, isRoot, name, kind, status, start, end, version, rollout, arm, unit, plannedShare, ...previews] = head;
  const [inputPreview, outputPreview] = previews;
  return {
    ...row,
    ...sumUsage(calls, largest),
    traceId: fromTraceUuid(trace),
    spanId: fromSpanUuid(span) ?? "",
    isRoot: isRoot === 1,
    name,
    kind,
    status,
    startMicros: Number(start),
    endMicros: isRoot === 1 ? Number(end) : runningCount > 0 ? 0 : Number(lastEnd),
    version,
    exposure: toExposure({ rollout, arm, unit, plannedShare }),
    inputPreview,
    outputPreview,
    prompts: prompts.map(([promptName, promptVersion]) => ({ name: promptName, version: promptVersion })),
  };
}

/** `null` for a span that no rollout decided on. */
export function toExposure(columns: {
  rollout: string;
  arm: Exposure["arm"] | "";
  unit: string;
  plannedShare: number | null;
}): Exposure | null {
  const { arm, plannedShare } = columns;
  return arm === "" || plannedShare === null ? null : { ...columns, arm, plannedShare };
}

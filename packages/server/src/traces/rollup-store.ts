/** SQL of a whole trace: who stands for it, and sums over the newest copy of each of its spans. */
import type { Exposure, PromptRef, SpanKind, SpanSummary } from "@ratchet/protocol";
import type { ClickHouse } from "../engines/clickhouse.ts";
import { fromSpanUuid, fromTraceUuid, toUuid } from "../engines/trace-ids.ts";
import { isCall, sumUsage, type TraceUsage, usageColumns } from "./trace-usage.ts";

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
  return {
    /** In no order; traces without a span in the range are left out. */
    rollUp: async (
      projectId: number,
      traceIds: readonly string[],
      range: { fromMicros: number; toMicros: number },
    ): Promise<TraceRow[]> => {
      // Few columns and expressions: planning is most of what this costs, and grows with them.
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
          FROM spans
          WHERE project_id = {project:UInt32} AND trace_id IN {traces:Array(UUID)}
            AND start_time >= fromUnixTimestamp64Micro({fromMicros:Int64})
            AND start_time <= fromUnixTimestamp64Micro({toMicros:Int64})
          ORDER BY version DESC LIMIT 1 BY trace_id, span_id)
        GROUP BY trace_id`,
        { project: projectId, traces: traceIds.map(toUuid), ...range },
      );
      return rows.map(toTraceRow);
    },
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
    exposure: arm === "" || plannedShare === null ? null : { rollout, arm, unit, plannedShare },
    inputPreview,
    outputPreview,
    prompts: prompts.map(([promptName, promptVersion]) => ({ name: promptName, version: promptVersion })),
  };
}

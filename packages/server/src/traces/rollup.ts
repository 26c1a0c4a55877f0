/** Sums of traces from copies of their spans: what the SQL of `rollup-store.ts` does for traces of any size. */
import type { TraceRow } from "./rollup-store.ts";
import { sumUsage } from "./trace-usage.ts";

const maxPrompts = 20;

/** A copy of a span, with what its trace tells. */
export interface SpanFacts
  extends Pick<
    TraceRow,
    | "traceId"
    | "spanId"
    | "isRoot"
    | "name"
    | "kind"
    | "status"
    | "startMicros"
    | "endMicros"
    | "version"
    | "environment"
    | "release"
    | "userId"
    | "sessionId"
    | "tags"
    | "exposure"
    | "inputPreview"
    | "outputPreview"
  > {
  isCall: boolean;
  /** By `usageColumns`. */
  usage: readonly number[];
  promptName: string;
  promptVersion: string;
}

/** One row a trace, in no order. */
export function rollUpSpans(copies: readonly SpanFacts[]): TraceRow[] {
  return [...Map.groupBy(copies, ({ traceId }) => traceId).values()].map((own) => rollUpTrace(newestOfEach(own)));
}

function newestOfEach(copies: readonly SpanFacts[]): SpanFacts[] {
  const newest = new Map<string, SpanFacts>();
  for (const copy of copies) {
    const known = newest.get(copy.spanId);
    if (!known || BigInt(copy.version) > BigInt(known.version)) newest.set(copy.spanId, copy);
  }
  return [...newest.values()];
}

/** @param spans At least one. */
function rollUpTrace(spans: readonly SpanFacts[]): TraceRow {
  const ordered = spans.toSorted(compareAsHeads);
  const head = ordered[0] as SpanFacts;
  const calls = spans.filter(({ isCall }) => isCall);
  const isRunning = spans.some(({ status }) => status === "running");
  const lastEndMicros = isRunning ? 0 : Math.max(...spans.map(({ endMicros }) => endMicros));
  const first = (field: "environment" | "release" | "userId" | "sessionId") =>
    ordered.find((span) => span[field] !== "")?.[field] ?? "";
  const { isCall: _, usage: __, promptName: ___, promptVersion: ____, ...row } = head;
  return {
    ...row,
    ...sumUsage(
      combine(calls, (a, b) => a + b),
      combine(spans, Math.max),
    ),
    endMicros: head.isRoot ? head.endMicros : lastEndMicros,
    environment: first("environment"),
    release: first("release"),
    userId: first("userId"),
    sessionId: first("sessionId"),
    tags: ordered.find(({ tags }) => tags.length > 0)?.tags ?? [],
    spanCount: spans.length,
    errorCount: spans.filter(({ status }) => status === "error").length,
    prompts: listPrompts(spans),
  };
}

/** Roots first, then by start; of two that start at once, as the engine orders UUIDs: by their second half first. */
function compareAsHeads(a: SpanFacts, b: SpanFacts): number {
  const halves = ({ spanId }: SpanFacts) => spanId.slice(-16) + spanId.slice(0, -16).padStart(16, "0");
  return (
    Number(b.isRoot) - Number(a.isRoot) ||
    a.startMicros - b.startMicros ||
    Number(halves(a) > halves(b)) - Number(halves(a) < halves(b))
  );
}

/** Column by column; empty without spans. */
function combine(spans: readonly SpanFacts[], add: (a: number, b: number) => number): number[] {
  const [first, ...others] = spans.map(({ usage }) => usage);
  return others.reduce<number[]>(
    (sums, usage) => sums.map((sum, column) => add(sum, usage[column] ?? 0)),
    [...(first ?? [])],
  );
}

function listPrompts(spans: readonly SpanFacts[]): TraceRow["prompts"] {
  const named = spans.filter(({ promptName }) => promptName !== "");
  const distinct = new Map(
    named.map(({ promptName: name, promptVersion: version }) => [`${name}\n${version}`, { name, version }]),
  );
  return [...distinct]
    .toSorted(([a], [b]) => Number(a > b) - Number(a < b))
    .slice(0, maxPrompts)
    .map(([, prompt]) => prompt);
}

import { TraceQuery, type TraceSummary } from "@ratchet/protocol";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestEngines, type TestEngines } from "../../testing/index.ts";
import { toUuid } from "../engines/trace-ids.ts";
import { toEngineTime } from "../micros.ts";
import type { ProjectScope } from "../router.ts";
import { createTraceStore, type TraceStore } from "./store.ts";
import { createTraces, type Traces } from "./traces.ts";
import { createTrees } from "./tree.ts";
import { createTreeStore } from "./tree-store.ts";

const now = new Date("2026-11-24T12:00:00Z");
const startMicros = now.getTime() * 1000 - 3600e6;

/** A copy of a span, as one insert brings it. */
interface Copy {
  trace: number;
  span: number;
  isRoot: boolean;
  /** Of the span: its copies share it. */
  offsetMicros: number;
  batch: number;
  kind: string;
  status: "running" | "ok" | "error";
  durationMs: number;
  tokens: number | null;
  costUsd: number | null;
  isDuplicate: boolean;
  session: string;
}

const copies = fc
  .array(
    fc.record({
      isRoot: fc.boolean(),
      trace: fc.nat(4),
      offsetMicros: fc.nat(3),
      copies: fc.array(
        fc.record({
          batch: fc.nat(3),
          kind: fc.constantFrom("llm", "llm", "agent", "tool", "evaluator"),
          status: fc.constantFrom("running" as const, "ok" as const, "error" as const),
          durationMs: fc.nat(4000),
          tokens: fc.option(fc.nat(1000)),
          // Quarters, so that sums are exact in any order.
          costUsd: fc.option(fc.nat(8).map((quarters) => quarters / 4)),
          isDuplicate: fc.boolean(),
          session: fc.constantFrom("", "", "a", "b"),
        }),
        { minLength: 1, maxLength: 4 },
      ),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .map((spans) =>
    spans.flatMap(({ copies: own, ...span }, index) =>
      own.map((copy): Copy => ({ ...span, ...copy, span: index + 1 })),
    ),
  );

const queries: Pick<TraceQuery, "origin" | "status">[] = [
  { origin: "all" },
  { origin: "evals" },
  { origin: "production" },
  { origin: "production", status: "running" },
  { origin: "production", status: "error" },
];

describe("whatever copies of spans arrive, in whatever inserts and order", () => {
  let engines: TestEngines;
  let store: TraceStore;
  let traces: Traces;
  let lastProject = 0;
  beforeAll(async () => {
    engines = await openTestEngines();
    store = createTraceStore(engines.clickhouse);
    const trees = createTrees(createTreeStore(engines.clickhouse), () => now);
    traces = createTraces(store, trees, () => now, {
      countFeedback: async () => new Map(),
      summariseSignals: async () => new Map(),
      listFeedback: async () => [],
      listSignals: async () => [],
      listCases: async () => [],
      listLogMessages: async () => null,
      listLogEvents: async () => [],
      findRecentText: () => undefined,
    });
  });
  afterAll(() => engines[Symbol.asyncDispose]());

  it("a trace is listed, counted, summed and measured once, by the newest copies", async () => {
    await fc.assert(
      fc.asyncProperty(copies, async (given) => {
        const project: ProjectScope = { id: ++lastProject, slug: "p", retentionDays: null };
        await insert(project, given);
        await expectAsModel(project, given);
        await engines.clickhouse.command("OPTIMIZE TABLE trace_head FINAL");
        await engines.clickhouse.command("OPTIMIZE TABLE spans FINAL");
        await expectAsModel(project, given);
      }),
      { seed: 4, numRuns: 8 },
    );
  }, 180_000);

  async function insert(project: ProjectScope, given: readonly Copy[]) {
    const rows = given.map((copy, index) => ({ batch: copy.batch, row: toRow(project, copy, index) }));
    for (const batch of [0, 1, 2, 3]) {
      const own = rows.filter((row) => row.batch === batch).map(({ row }) => row);
      await engines.clickhouse.insert("spans", own);
    }
  }

  async function expectAsModel(project: ProjectScope, given: readonly Copy[]) {
    const model = toModel(given);
    for (const query of queries) {
      const { origin, status } = query;
      const meant = model.filter(
        ({ head }) =>
          (origin === "all" || (head.kind === "evaluator") === (origin === "evals")) &&
          (status === undefined || head.status === status),
      );
      const { listed, totals } = await listAll(project, query);
      expect(listed.map(pickSums).toSorted(byId)).toEqual(meant.map(({ sums }) => sums).toSorted(byId));
      const starts = listed.map(({ startTime }) => startTime);
      expect(starts).toEqual(starts.toSorted().toReversed());
      expect(new Set(totals)).toEqual(new Set([meant.length]));
    }
    const [first] = model;
    if (first) {
      const detail = await traces.find(project, first.sums.traceId);
      expect(pickSums(detail.trace)).toEqual(first.sums);
      expect(new Set(detail.spans.map(({ spanId }) => spanId)).size).toBe(first.sums.spanCount);
    }
    const ids = model.map(({ sums }) => sums.traceId);
    const ranges = [{ fromMicros: startMicros, toMicros: startMicros + 1e6 }];
    const summed = await store.rollUp(project.id, ids, ranges);
    const byEngine = await store.rollUp(project.id, ids, ranges, { maxFacts: 0 });
    expect(byEngine.toSorted(byId)).toEqual(summed.toSorted(byId));

    const production = model.filter(({ head }) => head.kind !== "evaluator");
    const ended = production.filter(({ head }) => head.isRoot && head.status !== "running");
    const durations = ended.map(({ head }) => head.durationMs);
    expect(await traces.health(project)).toEqual({
      traces24h: production.length,
      errorShare: ended.length === 0 ? null : ended.filter(({ head }) => head.status === "error").length / ended.length,
      p50Ms: quantile(durations, 0.5),
      p95Ms: quantile(durations, 0.95),
      costUsd24h: production.reduce((sum, { sums }) => sum + (sums.costUsd ?? 0), 0),
    });
    expect(await traces.durationHistory(project, "answer", now.toISOString())).toEqual({
      count: ended.length,
      p50Ms: quantile(durations, 0.5),
      p95Ms: quantile(durations, 0.95),
      p99Ms: quantile(durations, 0.99),
    });
  }

  async function listAll(project: ProjectScope, query: Partial<TraceQuery>) {
    const listed: TraceSummary[] = [];
    const totals: number[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page: Awaited<ReturnType<Traces["list"]>> = await traces.list(project, {
        ...TraceQuery.parse({ limit: 3 }),
        ...query,
        cursor,
      });
      listed.push(...page.traces);
      totals.push(page.total);
      cursor = page.nextCursor;
    }
    return { listed, totals };
  }
});

const traceIdOf = ({ trace }: Copy) => `${trace + 1}`.padStart(32, "0");
const spanIdOf = ({ span }: Copy) => `${span}`.padStart(16, "0");
/** Ended copies win over running ones, later ones over earlier ones. */
const versionOf = ({ status, batch }: Copy, index: number) => (status === "running" ? 0 : 1e6) + batch * 1000 + index;
const byId = (a: { traceId: string }, b: { traceId: string }) => Number(a.traceId > b.traceId) - 0.5;

function toRow(project: ProjectScope, copy: Copy, index: number) {
  const start = startMicros + copy.offsetMicros;
  return {
    project_id: project.id,
    trace_id: toUuid(traceIdOf(copy)),
    span_id: toUuid(spanIdOf(copy)),
    parent_span_id: toUuid(copy.isRoot ? null : "00000000000000ff"),
    name: "answer",
    kind: copy.kind,
    status: copy.status,
    start_time: toEngineTime(start),
    end_time: toEngineTime(copy.status === "running" ? 0 : start + copy.durationMs * 1000),
    received_at: toEngineTime(now.getTime() * 1000 + index),
    version: versionOf(copy, index),
    input_tokens: copy.tokens,
    cache_read_tokens: copy.tokens ?? 0,
    cost_usd: copy.costUsd,
    duplicate_of: toUuid(copy.isDuplicate ? "00000000000000fe" : null),
    session_id: copy.session,
  };
}

/** By trace: who stands for it, and its sums. */
function toModel(given: readonly Copy[]) {
  const newest = new Map<string, { copy: Copy; version: number }>();
  given.forEach((copy, index) => {
    const key = `${copy.trace}/${copy.span}`;
    const version = versionOf(copy, index);
    if (version > (newest.get(key)?.version ?? -1)) newest.set(key, { copy, version });
  });
  return [...Map.groupBy([...newest.values()], ({ copy }) => copy.trace).values()].map((own) => {
    const spans = own
      .map(({ copy }) => copy)
      .toSorted((a, b) => Number(b.isRoot) - Number(a.isRoot) || a.offsetMicros - b.offsetMicros || a.span - b.span);
    const head = spans[0] as Copy;
    const calls = spans.filter(({ kind, isDuplicate }) => kind === "llm" && !isDuplicate);
    const total = (read: (span: Copy) => number | null) => {
      const ofCalls = calls.map(read).filter((value) => value !== null);
      const ofAll = spans.map(read).filter((value) => value !== null);
      if (ofCalls.length > 0) return ofCalls.reduce((sum, value) => sum + value, 0);
      return ofAll.length > 0 ? Math.max(...ofAll) : null;
    };
    const inputTokens = total(({ tokens }) => tokens);
    return {
      head,
      sums: {
        traceId: traceIdOf(head),
        rootSpanId: spanIdOf(head),
        isRootReceived: head.isRoot,
        status: head.status,
        spanCount: spans.length,
        errorCount: spans.filter(({ status }) => status === "error").length,
        inputTokens,
        cacheReadTokens: inputTokens ?? 0,
        costUsd: total(({ costUsd }) => costUsd),
        sessionId: spans.find(({ session }) => session !== "")?.session ?? null,
      },
    };
  });
}

function pickSums(trace: TraceSummary) {
  const { traceId, rootSpanId, isRootReceived = true, status, spanCount, errorCount } = trace;
  const { inputTokens, cacheReadTokens, costUsd, sessionId } = trace;
  return {
    ...{ traceId, rootSpanId, isRootReceived, status, spanCount, errorCount },
    ...{ inputTokens, cacheReadTokens, costUsd, sessionId },
  };
}

/** Interpolated between the neighbours (type 7). */
function quantile(values: readonly number[], p: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * p;
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low === undefined || high === undefined ? null : low + (high - low) * (place - Math.floor(place));
}

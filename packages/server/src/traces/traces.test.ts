import { SpanDetail, TraceDetail, TraceList, TraceQuery } from "@ratchet/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestEngines, type TestEngines } from "../../testing/index.ts";
import { newSpanId, newTraceId } from "../../testing/otlp-export.ts";
import type { ProjectScope } from "../router.ts";
import { createIngest } from "../telemetry/ingest.ts";
import type { AttributeValue, OtlpSpan } from "../telemetry/otlp.ts";
import { createTelemetryStore } from "../telemetry/store.ts";
import { createTraceStore } from "./store.ts";
import { createTraces, type Traces } from "./traces.ts";
import { createTrees } from "./tree.ts";
import { createTreeStore } from "./tree-store.ts";

type Given = Partial<Omit<OtlpSpan, "attributes">> & {
  attributes?: Record<string, AttributeValue>;
  durationMs?: number;
};

const now = new Date("2026-11-24T12:00:00Z");
const nowMicros = now.getTime() * 1000;
const secondMicros = 1e6;

describe("traces", () => {
  let engines: TestEngines;
  let traces: Traces;
  let ingest: ReturnType<typeof createIngest>;
  let lastProject = 0;
  const feedback = new Map<string, { up: number; down: number; total: number }>();
  beforeAll(async () => {
    engines = await openTestEngines();
    ingest = createIngest({
      store: createTelemetryStore(engines.clickhouse),
      projects: { findScope: async () => ({ id: 1, slug: "default" }), recordFirstSpan: async () => {} },
      publish: () => {},
      onCompleted: () => {},
      now: () => now,
    });
    const trees = createTrees(createTreeStore(engines.clickhouse), () => now);
    traces = createTraces(createTraceStore(engines.clickhouse), trees, () => now, {
      countFeedback: async () => feedback,
      summariseSignals: async (_, [first = ""]) => new Map([[first, { detectors: ["slow"], failures: ["F-1"] }]]),
      listFeedback: async () => [],
      listSignals: async () => [],
      listCases: async () => [],
      listLogMessages: async () => null,
      listLogEvents: async () => [],
      findRecentText: () => undefined,
    });
  });
  afterAll(() => engines[Symbol.asyncDispose]());

  const newProject = (): ProjectScope => {
    lastProject++;
    return { id: lastProject, slug: `p${lastProject}` };
  };
  const toSpan = ({ attributes = {}, durationMs = 100, ...span }: Given): OtlpSpan => {
    const startMicros = span.startMicros ?? nowMicros - 60 * secondMicros;
    return {
      traceId: newTraceId(),
      spanId: newSpanId(),
      parentSpanId: "",
      name: "answer",
      startMicros,
      endMicros: startMicros + durationMs * 1000,
      statusCode: 0,
      scopeName: "",
      scopeVersion: "",
      statusMessage: "",
      events: [],
      ...span,
      attributes: new Map(Object.entries(attributes)),
    };
  };
  const store = async (project: ProjectScope, given: Given[]) => {
    const spans = given.map(toSpan);
    const rejected = await ingest.accept([{ attributes: new Map(), spans }], project, true);
    expect(rejected.count).toBe(0);
    return spans;
  };
  const list = async (project: ProjectScope, query: Record<string, string | number> = {}) =>
    TraceList.parse(await traces.list(project, TraceQuery.parse(query)));

  it("are listed newest first, page by page, each once, with an honest total", async () => {
    const project = newProject();
    const given = Array.from({ length: 25 }, (_, index) => ({
      traceId: newTraceId(),
      spanId: newSpanId(),
      // Pairs that start in the same microsecond must not be lost between pages.
      startMicros: nowMicros - Math.floor(index / 2) * secondMicros,
    }));
    await store(project, given);
    await store(project, given);
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: TraceList = await list(project, { limit: 7, ...(cursor && { cursor }) });
      expect(page.total).toBe(25);
      seen.push(...page.traces.map((trace) => trace.traceId));
      cursor = page.nextCursor;
    }
    expect(seen).toHaveLength(25);
    expect(new Set(seen)).toEqual(new Set(given.map((span) => span.traceId)));
    const starts = seen.map((id) => given.find((span) => span.traceId === id)?.startMicros ?? 0);
    expect(starts).toEqual(starts.toSorted((a, b) => b - a));
  });

  it("refuse a cursor that is none", async () => {
    await expect(list(newProject(), { cursor: "page-2" })).rejects.toMatchObject({ code: "invalid-query" });
  });

  it("sum tokens over model calls, not over the agents that repeat them, and tell what others know", async () => {
    const project = newProject();
    const [traceId, rootId] = [newTraceId(), newSpanId()];
    const call = {
      traceId,
      parentSpanId: rootId,
      attributes: {
        "gen_ai.operation.name": "chat",
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 10,
        "gen_ai.usage.cost": 0.5,
        "gen_ai.prompt.name": "triage",
        "gen_ai.prompt.version": "3f2a00000000",
      },
    };
    const total = { "gen_ai.operation.name": "invoke_agent", "gen_ai.usage.input_tokens": 200, "gen_ai.usage.cost": 1 };
    feedback.set(traceId, { up: 1, down: 2, total: 3 });
    await store(project, [{ traceId, spanId: rootId, attributes: total }, call, { ...call, statusCode: 2 }]);
    const [trace] = (await list(project)).traces;
    expect(trace).toMatchObject({ inputTokens: 200, outputTokens: 20, costUsd: 1, spanCount: 3, errorCount: 1 });
    expect(trace?.prompts).toEqual([{ name: "triage", version: "3f2a00000000" }]);
    expect(trace).toMatchObject({ feedback: { up: 1, down: 2, total: 3 }, signals: ["slow"], failures: ["F-1"] });
  });

  it("take an agent's total where no call below it says", async () => {
    const project = newProject();
    const attributes = { "gen_ai.operation.name": "invoke_agent", "gen_ai.usage.input_tokens": 200 };
    await store(project, [{ attributes }]);
    expect((await list(project)).traces[0]).toMatchObject({ inputTokens: 200, outputTokens: null, costUsd: null });
  });

  it("are filtered by what the query names", async () => {
    const project = newProject();
    const exposure = {
      "ratchet.rollout.id": "RO-1",
      "ratchet.rollout.arm": "candidate",
      "ratchet.rollout.unit": "u",
      "ratchet.rollout.planned_share": 0.5,
    };
    const [triage, failed, old] = await store(project, [
      { name: "Triage issue", attributes: { "session.id": "a/b#7", "ratchet.release": "R-2", ...exposure } },
      { name: "answer", statusCode: 2 },
      { name: "answer", startMicros: nowMicros - 3600 * secondMicros },
    ]);
    await engines.clickhouse.insert("signals", [
      {
        project_id: project.id,
        trace_id: failed?.traceId,
        detector: "error",
        failure: "F-3",
        is_deleted: 0,
        version: 1,
      },
      { project_id: project.id, trace_id: old?.traceId, detector: "error", failure: "F-3", is_deleted: 0, version: 1 },
      { project_id: project.id, trace_id: old?.traceId, detector: "error", failure: "F-3", is_deleted: 1, version: 2 },
    ]);
    const ids = async (query: Record<string, string>) => {
      const { traces: found, total } = await list(project, query);
      expect(total).toBe(found.length);
      return found.map((trace) => trace.traceId);
    };
    expect(await ids({ name: "TRIAGE" })).toEqual([triage?.traceId]);
    expect(await ids({ session: "a/b#7", release: "R-2", rollout: "RO-1", arm: "candidate" })).toEqual([
      triage?.traceId,
    ]);
    expect(await ids({ arm: "control" })).toEqual([]);
    expect(await ids({ status: "error" })).toEqual([failed?.traceId]);
    expect(await ids({ signal: "error" })).toEqual([failed?.traceId]);
    expect(await ids({ failure: "F-3" })).toEqual([failed?.traceId]);
    expect(await ids({ to: "2026-11-24T11:30:00Z" })).toEqual([old?.traceId]);
    expect(await ids({ from: "2026-11-24T11:00:00Z", to: "2026-11-24T11:00:00.000001Z" })).toEqual([old?.traceId]);
  });

  it("are not found by what they were before they changed", async () => {
    const project = newProject();
    const span = { traceId: newTraceId(), spanId: newSpanId() };
    await store(project, [{ ...span, name: "draft", endMicros: 0 }]);
    expect((await list(project, { name: "draft" })).traces).toHaveLength(1);
    await store(project, [{ ...span, name: "final" }]);
    expect((await list(project, { name: "draft" })).traces).toEqual([]);
    expect((await list(project, { name: "final" })).traces).toHaveLength(1);
  });

  it("stay inside their project", async () => {
    const [mine, other] = [newProject(), newProject()];
    const [span] = await store(mine, [{}]);
    expect((await list(other)).total).toBe(0);
    await expect(traces.find(other, span?.traceId ?? "")).rejects.toMatchObject({ code: "not-found" });
  });

  it("open without their root: spans whose parent has not arrived stand at the top", async () => {
    const project = newProject();
    const traceId = newTraceId();
    const orphanId = newSpanId();
    await store(project, [
      {
        traceId,
        spanId: orphanId,
        parentSpanId: newSpanId(),
        name: "handle",
        startMicros: nowMicros - 90 * secondMicros,
      },
      { traceId, parentSpanId: orphanId, name: "search", statusCode: 2 },
    ]);
    const detail = TraceDetail.parse(await traces.find(project, traceId));
    expect(detail.trace).toMatchObject({ rootSpanId: orphanId, name: "handle", spanCount: 2, errorCount: 1 });
    expect(detail.trace.isRootReceived).toBe(false);
    expect(detail.spans.map((span) => [span.name, span.parentSpanId])).toEqual([
      ["handle", null],
      ["search", orphanId],
    ]);
  });

  it("are listed at once without their root, and as one when it comes; what it lacks its spans tell", async () => {
    const project = newProject();
    const [traceId, rootId] = [newTraceId(), newSpanId()];
    const attributes = { "session.id": "thread-7", "user.id": "ann" };
    await store(project, [
      { traceId, parentSpanId: rootId, name: "search", startMicros: nowMicros - 90 * secondMicros, attributes },
    ]);
    await store(project, [{ traceId, parentSpanId: rootId, name: "think" }]);
    const before = await list(project, { session: "thread-7" });
    expect(before).toMatchObject({ total: 1, traces: [{ name: "search", isRootReceived: false, spanCount: 2 }] });
    await store(project, [{ traceId, spanId: rootId, name: "answer", startMicros: nowMicros - 300 * secondMicros }]);
    const after = await list(project, { session: "thread-7" });
    expect(after).toMatchObject({
      total: 1,
      traces: [{ rootSpanId: rootId, name: "answer", spanCount: 3, sessionId: "thread-7", userId: "ann" }],
    });
    expect(after.traces[0]?.isRootReceived).toBeUndefined();
    expect(await list(project, { name: "search" })).toMatchObject({ total: 0, traces: [] });
  });

  it("give a span's texts in order, and say what was cut", async () => {
    const project = newProject();
    const messages = Array.from({ length: 30 }, (_, index) => ({
      role: "user",
      content: `ż${index}${"ż".repeat(300_000)}`,
    }));
    const [span] = await store(project, [
      { attributes: { "ratchet.input": JSON.stringify([...messages, messages[0]]) } },
    ]);
    const detail = SpanDetail.parse(await traces.findSpan(project, span?.traceId ?? "", span?.spanId ?? ""));
    expect(detail.input.map((message) => message.content.slice(0, 3))).toEqual(
      [...messages, messages[0]].map((message) => message?.content.slice(0, 3)),
    );
    expect(detail.inputBytes).toBeGreaterThan(31 * 600_000);
    expect(detail.input[1]?.content.slice(-60)).toMatch(/^ż+… \[\d+ of 600003 bytes shown\]$/);
    const shown = detail.input.reduce((sum, message) => sum + Buffer.byteLength(message.content), 0);
    expect(shown).toBeLessThan(9 * 1024 * 1024);
  });

  it("are given to detectors with their texts, and to a reader that catches up in the order of receipt", async () => {
    const project = newProject();
    const traceId = newTraceId();
    const rootId = newSpanId();
    const attributes = { "ratchet.input": "why?", "ratchet.output": '"because"', "ratchet.release": "R-1" };
    await store(project, [
      { traceId, spanId: rootId, attributes },
      {
        traceId,
        parentSpanId: rootId,
        startMicros: nowMicros - 59 * secondMicros,
        statusCode: 2,
        statusMessage: "no index",
        attributes: { "ratchet.span.kind": "tool" },
      },
      { endMicros: 0, name: "still running" },
    ]);
    const spans =
      (await traces.findSpans(project, [traceId], () => () => ({ input: true, output: true }))).get(traceId) ?? [];
    expect(spans).toMatchObject([
      { spanId: rootId, input: [{ content: "why?" }], output: [{ content: "because" }], inputBytes: 4 },
      { kind: "tool", status: "error", statusMessage: "no index", parentSpanId: rootId },
    ]);
    const ofTools = await traces.findSpans(project, [traceId], () => ({ kind }) => {
      return { input: kind === "tool", output: false };
    });
    expect(ofTools.get(traceId)).toMatchObject([{ input: [], output: [], inputBytes: 4 }, { output: [] }]);
    expect((await traces.findSpans(project, [newTraceId()], () => () => ({ input: true, output: true }))).size).toBe(0);

    const later = await store(project, [{}, {}, {}]);
    const received: string[] = [];
    let cursor = "2026-11-24T00:00:00Z";
    for (;;) {
      const [root] = await traces.listCompletedRoots(project, cursor, 1);
      if (!root) break;
      received.push(root.traceId);
      cursor = root.receivedAt;
    }
    expect(received).toEqual([traceId, ...later.map((span) => span.traceId)]);
    const [root] = await traces.findCompletedRoots(project, [traceId, newTraceId()]);
    expect(root).toMatchObject({ traceId, spanId: rootId, status: "ok", release: "R-1", durationMs: 100 });
  });

  it("tell how long and how often, by name and release", async () => {
    const project = newProject();
    const durations = Array.from({ length: 100 }, (_, index) => ({
      durationMs: index + 1,
      attributes: { "ratchet.release": "R-1" },
    }));
    await store(project, durations);
    await store(project, [{ durationMs: 9000 }, { name: "other", durationMs: 9000, statusCode: 2 }]);
    // A run of an eval of the same name is no part of production.
    await store(project, [{ durationMs: 9000, attributes: { "ratchet.span.kind": "evaluator" } }]);
    const before = new Date(now.getTime() - 30_000).toISOString();
    const history = await traces.durationHistory(project, "answer", before);
    expect(history).toMatchObject({ count: 101, p50Ms: 51, p95Ms: 96 });
    const early = await traces.durationHistory(project, "answer", "2026-11-24T00:00:00Z");
    expect(early).toEqual({ count: 0, p50Ms: null, p95Ms: null, p99Ms: null });
    expect(await traces.countByRelease(project, "answer")).toEqual([
      { release: "", count: 1 },
      { release: "R-1", count: 100 },
    ]);
    expect(await traces.health(project)).toMatchObject({ traces24h: 102, errorShare: 1 / 102, costUsd24h: 0 });
    expect(await traces.health(newProject())).toEqual({
      traces24h: 0,
      errorShare: null,
      p50Ms: null,
      p95Ms: null,
      costUsd24h: 0,
    });
  });

  it("of evals are no part of production, and are listed when asked for", async () => {
    const project = newProject();
    const [run] = await store(project, [{ name: "teammate-issues", attributes: { "ratchet.span.kind": "evaluator" } }]);
    const [answer] = await store(project, [{}]);
    const idsOf = async (origin: "production" | "evals" | "all") =>
      (await traces.list(project, TraceQuery.parse({ origin }))).traces.map((trace) => trace.traceId);
    expect(await idsOf("production")).toEqual([answer?.traceId]);
    expect(await idsOf("evals")).toEqual([run?.traceId]);
    expect((await idsOf("all")).length).toBe(2);
    const completed = await traces.listCompletedRoots(project, "2026-11-24T00:00:00Z", 10);
    expect(completed.map((root) => root.traceId)).toEqual([answer?.traceId]);
    expect(await traces.findCompletedRoots(project, [run?.traceId ?? ""])).toEqual([]);
    expect(await traces.health(project)).toMatchObject({ traces24h: 1 });
  });

  it("store a message that a conversation repeats once", async () => {
    const project = newProject();
    const traceId = newTraceId();
    const history = Array.from({ length: 20 }, (_, turn) => ({ role: "user", content: `turn ${turn}` }));
    const turns = history.map((_, turn) => ({
      traceId,
      attributes: { "gen_ai.input.messages": JSON.stringify(history.slice(0, turn + 1)) },
    }));
    for (const half of [turns.slice(0, 10), turns.slice(10)]) await store(project, half);
    const rows = await engines.clickhouse.query(`SELECT hash FROM payload WHERE project_id = ${project.id}`);
    expect(rows).toHaveLength(20);
  });
});

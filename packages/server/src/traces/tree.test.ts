import { TreeQuery, type TreeRow, TreeWindow } from "@ratchet/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestEngines, type TestEngines } from "../../testing/index.ts";
import { newTraceId } from "../../testing/otlp-export.ts";
import { toUuid } from "../engines/trace-ids.ts";
import { toEngineTime } from "../micros.ts";
import { createTrees, type Trees } from "./tree.ts";
import { createTreeStore } from "./tree-store.ts";

interface Given {
  spanId: string;
  parentSpanId: string | null;
  /** Seconds after the trace's. */
  start: number;
  isRunning?: boolean;
  status?: "ok" | "error";
  name?: string;
}

const startMicros = Date.parse("2026-11-24T11:00:00Z") * 1000;
const range = { fromMicros: startMicros, toMicros: startMicros + 3600e6 };
const toId = (number: number) => number.toString(16).padStart(16, "0");
/** More than are read with all that their rows show. */
const hugeCount = 1500;

describe("the tree of a trace", () => {
  let engines: TestEngines;
  let trees: Trees;
  let receivedMicros = startMicros;
  beforeAll(async () => {
    engines = await openTestEngines();
    trees = createTrees(createTreeStore(engines.clickhouse), () => new Date("2026-11-24T12:00:00Z"));
  });
  afterAll(() => engines[Symbol.asyncDispose]());

  const store = (traceId: string, spans: readonly Given[]) =>
    engines.clickhouse.insert(
      "spans",
      spans.map(({ spanId, parentSpanId, start, isRunning = false, status = "ok", name = "step" }) => ({
        project_id: 1,
        trace_id: toUuid(traceId),
        span_id: toUuid(spanId),
        parent_span_id: toUuid(parentSpanId),
        name,
        kind: "chain",
        status: isRunning ? "running" : status,
        start_time: toEngineTime(startMicros + start * 1e6),
        end_time: isRunning ? 0 : toEngineTime(startMicros + (start + 1) * 1e6),
        received_at: toEngineTime(++receivedMicros),
        version: receivedMicros + (isRunning ? 0 : 4e15),
      })),
    );
  const read = async (traceId: string, query: Record<string, string | number> = {}) => {
    const { version, ...asked } = TreeQuery.parse(query);
    const tree = await trees.open(1, traceId, range, version);
    return TreeWindow.parse({ overview: tree.overview, ...(await tree.findWindow(asked)) });
  };
  const readAll = async (traceId: string, query: Record<string, string | number> = {}) => {
    const rows: TreeRow[] = [];
    for (let total = 1; rows.length < total; ) {
      const window = await read(traceId, { ...query, offset: rows.length, limit: 400 });
      expect(window.offset).toBe(rows.length);
      total = window.total;
      rows.push(...window.rows);
    }
    return rows;
  };
  /** Each has up to six children, which come in the reverse order of their start. */
  const bushy = (count: number): Given[] =>
    Array.from({ length: count }, (_, at) => ({
      spanId: toId(at + 1),
      parentSpanId: at === 0 ? null : toId(Math.floor((at - 1) / 6) + 1),
      start: at === 0 ? 0 : count - at,
      name: `step ${at + 1}`,
    }));

  it("has of a huge trace the same rows as of a small one, in windows that add up", async () => {
    const [small, huge] = [newTraceId(), newTraceId()];
    await store(small, bushy(900));
    await store(huge, [
      ...bushy(900),
      // Below the last span, so that all before it stays as it is.
      ...Array.from({ length: hugeCount }, (_, at) => ({
        spanId: toId(5000 + at),
        parentSpanId: toId(900),
        start: 1000 + at,
      })),
    ]);
    const expected = await readAll(small);
    expect(expected).toHaveLength(900);
    expect(expected.slice(0, 3).map(({ name, depth }) => [name, depth])).toEqual([
      ["step 1", 0],
      ["step 7", 1],
      ["step 43", 2],
    ]);
    const rows = await readAll(huge);
    expect(new Set(rows.map(({ spanId }) => spanId)).size).toBe(900 + hugeCount);
    const before = rows.filter(({ spanId }) => Number.parseInt(spanId, 16) <= 900);
    const withoutCounts = ({ childCount: _, descendantCount: __, ...row }: TreeRow) => row;
    expect(before.map(withoutCounts)).toEqual(expected.map(withoutCounts));
    expect(rows.find(({ spanId }) => spanId === toId(900))?.descendantCount).toBe(hugeCount);
  });

  it("leaves out what closed spans hide, and finds any span's window, a hidden one's at the closed span above it", async () => {
    const traceId = newTraceId();
    await store(traceId, bushy(hugeCount));
    const all = await readAll(traceId);
    const [, second] = all as [TreeRow, TreeRow];
    const open = await readAll(traceId, { closed: second.spanId });
    expect(open).toEqual([...all.slice(0, 2), ...all.slice(2 + second.descendantCount)]);
    const wanted = all[1200] as TreeRow;
    const found = await read(traceId, { around: wanted.spanId, limit: 51 });
    expect(found.rows[1200 - found.offset]).toEqual(wanted);
    expect(found.rows).toHaveLength(51);
    const hidden = await read(traceId, { around: all[3]?.spanId ?? "", closed: second.spanId, limit: 1 });
    expect(hidden.rows).toEqual([second]);
    const everything = await read(traceId, { closed: all[0]?.spanId ?? "" });
    expect([everything.total, everything.rows.length]).toEqual([1, 1]);
    expect((await read(traceId, { offset: 100_000 })).rows).toEqual([]);
    expect((await read(traceId, { around: toId(99_999), limit: 1 })).rows).toEqual([all[0]]);
  });

  it("shows spans that arrive while it is read, and gives a reader of its version the rows that fit", async () => {
    const traceId = newTraceId();
    await store(traceId, [{ ...(bushy(1)[0] as Given), isRunning: true }, ...bushy(hugeCount).slice(1)]);
    const before = await read(traceId, { limit: 10 });
    expect(before.overview).toMatchObject({ spanCount: hugeCount, runningCount: 1 });
    // A running span has a lower version than every ended one.
    await store(traceId, [{ spanId: toId(9001), parentSpanId: toId(1), start: 0, isRunning: true }]);
    const kept = await read(traceId, { limit: 10, version: before.overview.version });
    expect(kept).toEqual(before);
    const after = await read(traceId, { limit: 10 });
    expect(after.overview).toMatchObject({ spanCount: hugeCount + 1, runningCount: 2 });
    expect(after.rows[1]?.spanId).toBe(toId(9001));
    await store(traceId, [
      { spanId: toId(9001), parentSpanId: toId(1), start: 0 },
      { ...(bushy(1)[0] as Given), status: "error" },
    ]);
    const ended = await read(traceId, { limit: 10, version: before.overview.version });
    expect(ended.overview).toMatchObject({
      spanCount: hugeCount + 1,
      runningCount: 0,
      failing: { spanId: toId(1), index: 0 },
    });
  });

  it("counts every copy of a span once, the newest", async () => {
    for (const count of [3, hugeCount]) {
      const traceId = newTraceId();
      await store(traceId, bushy(count));
      await store(
        traceId,
        bushy(count).map((span) => ({ ...span, name: "again" })),
      );
      const rows = await readAll(traceId);
      expect(rows).toHaveLength(count);
      expect(new Set(rows.map(({ name }) => name))).toEqual(new Set(["again"]));
    }
  });

  it("keeps apart ids that are alike in their last half, and takes parents that form a circle", async () => {
    const traceId = newTraceId();
    const long = `00000000000000ff${toId(1)}`;
    await store(traceId, [
      { spanId: toId(1), parentSpanId: long, start: 1 },
      { spanId: long, parentSpanId: toId(1), start: 2 },
      ...Array.from({ length: hugeCount }, (_, at) => ({ spanId: toId(100 + at), parentSpanId: long, start: 3 })),
    ]);
    const rows = await readAll(traceId);
    expect(rows).toHaveLength(hugeCount + 2);
    expect(rows.slice(0, 3).map(({ spanId, depth }) => [spanId, depth])).toEqual([
      [toId(1), 0],
      [long, 1],
      [toId(100), 2],
    ]);
  });

  it("is empty when nothing is there", async () => {
    expect(await read(newTraceId())).toMatchObject({ total: 0, rows: [], overview: { spanCount: 0, failing: null } });
  });

  it.each([{ around: "../../etc" }, { closed: "1,2" }, { closed: `${toId(1)},`.repeat(201) }, { limit: "100000" }])(
    "refuses %j",
    (query) => expect(TreeQuery.safeParse(query).success).toBe(false),
  );
});

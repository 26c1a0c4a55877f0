import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Payload } from "@ratchet/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeSpan } from "../../testing/make-span.ts";
import { newTraceId } from "../../testing/otlp-export.ts";
import { type ClickHouse, openClickHouse } from "../engines/clickhouse.ts";
import { createTraceStore } from "../traces/store.ts";
import { createTelemetryStore, type TelemetryStore } from "./store.ts";
import { createWriter } from "./writer.ts";

const { startMicros } = makeSpan({});
const minute = { fromMicros: startMicros, toMicros: startMicros + 60_000_000 };

describe("the writer", () => {
  let directory: string;
  let clickhouse: ClickHouse;
  let store: TelemetryStore;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "ratchet-writer-"));
    clickhouse = await openClickHouse({ path: directory });
    store = createTelemetryStore(clickhouse);
  });
  afterAll(async () => {
    await clickhouse.close();
    await rm(directory, { recursive: true, force: true });
  });

  const listSpanIds = async (traceId: string) =>
    (await createTraceStore(clickhouse).listSpans(1, [traceId], minute, 100)).map((row) => row.spanId);
  const countPayloads = async (traceId: string) => {
    const sql = "SELECT toUInt32(count()) AS count FROM payload WHERE toString(trace_id) = {id:String}";
    const id = traceId.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    return (await clickhouse.query<{ count: number }>(sql, { id }))[0]?.count;
  };
  const say = (content: string, role = "user"): Payload => ({ role, content });

  it("refuses the span that the engine cannot read, and keeps its neighbours", async () => {
    const traceId = newTraceId();
    const spans = Array.from({ length: 21 }, (_, index) => makeSpan({ traceId, input: [say(`question ${index}`)] }));
    const bad = { ...makeSpan({ traceId }), spanId: "no hex digits at all" };
    const refusals = await createWriter(store, () => new Date()).write(spans.with(13, bad));
    expect(refusals.filter((refusal) => refusal !== null)).toEqual([expect.stringMatching(/no hex.*UUID/s)]);
    expect(refusals[13]).not.toBeNull();
    expect((await listSpanIds(traceId)).toSorted()).toEqual(
      spans
        .toSpliced(13, 1)
        .map((span) => span.spanId)
        .toSorted(),
    );
  });

  it("does not blame the spans when the engine reads none of them", async () => {
    const failing: TelemetryStore = {
      ...store,
      insertSpans: () => Promise.reject(new Error("Code: 60")),
      toFault: () => "rows",
    };
    const spans = Array.from({ length: 100 }, () => makeSpan({}));
    await expect(createWriter(failing, () => new Date()).write(spans)).rejects.toThrow("Code: 60");
  });

  it("stores a message once a trace, also when two batches bring it at once", async () => {
    const writer = createWriter(store, () => new Date());
    const traceId = newTraceId();
    const history = [say("Be kind.", "system"), say("Hello"), say("Hello", "assistant")];
    await Promise.all([1, 2, 3].map(() => writer.write([makeSpan({ traceId, input: history })])));
    await writer.write([makeSpan({ traceId, input: history })]);
    expect(await countPayloads(traceId)).toBe(3);
  });

  it("sends a text again when its insert failed, and does not show the spans that waited for it", async () => {
    const traceId = newTraceId();
    const engine = Promise.withResolvers<void>();
    let isFailing = true;
    const failing: TelemetryStore = {
      ...store,
      insertPayloads: async (payloads) => {
        if (!isFailing) return store.insertPayloads(payloads);
        if (payloads.length > 0) await engine.promise;
      },
    };
    const writer = createWriter(failing, () => new Date());
    const spans = [1, 2].map(() => makeSpan({ traceId, input: [say("the only question")] }));
    const writes = spans.map((span) => writer.write([span]));
    engine.reject(new Error("the engine is away"));
    for (const write of writes) await expect(write).rejects.toThrow("away");
    expect(await listSpanIds(traceId)).toEqual([]);
    isFailing = false;
    await writer.write(spans);
    expect(await countPayloads(traceId)).toBe(1);
  });

  it("stores texts anew once their trace was forgotten, also while it is being deleted", async () => {
    const writer = createWriter(store, () => new Date());
    const [kept, deleted] = [newTraceId(), newTraceId()];
    const writeBoth = () => writer.write([kept, deleted].map((traceId) => makeSpan({ traceId, input: [say("once")] })));
    await writeBoth();
    writer.forget(1, [deleted]);
    await writeBoth();
    await writeBoth();
    expect(await countPayloads(kept)).toBe(1);
    expect(await countPayloads(deleted)).toBe(3);
    writer.forget(1, "all");
    await writeBoth();
    expect(await countPayloads(kept)).toBe(2);
  });
});

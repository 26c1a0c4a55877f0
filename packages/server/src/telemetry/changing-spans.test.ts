import type { SpanDetail, TraceDetail, TraceList } from "@ratchet/protocol";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestServer } from "../../testing/index.ts";
import { exportSpans, newTraceId, type TestSpan } from "../../testing/otlp-export.ts";

const startMs = Date.UTC(2026, 10, 24, 4);
const call = { "gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o-mini" };
const used = { ...call, "gen_ai.usage.input_tokens": 1000, "gen_ai.usage.output_tokens": 100 };
const toId = (index: number) => String(index).padStart(16, "0");

/** As they ended. The third and the fourth are one call, which two instrumentations report. */
const ended: TestSpan[] = [
  { name: "answer", attributes: { "ratchet.span.kind": "agent", "ratchet.input": "Why?", "ratchet.output": "So." } },
  { name: "look up", attributes: { "gen_ai.operation.name": "execute_tool" }, error: "not found" },
  {
    name: "chat",
    attributes: { ...used, "gen_ai.response.id": "r-1", "gen_ai.input.messages": '[{"role":"user","content":"Why?"}]' },
  },
  { name: "POST", attributes: { ...used, "gen_ai.response.id": "r-1" } },
  { name: "chat", attributes: { ...used, "gen_ai.response.id": "r-2" } },
].map((span, index) => ({
  ...span,
  spanId: toId(index + 1),
  ...(index > 0 && { parentSpanId: toId(index === 3 ? 3 : 1) }),
  startMs: startMs + index,
  durationMs: 1000 - 10 * index,
}));
/** As they were sent when they began. */
const running: TestSpan[] = ended.map(({ error, attributes, ...span }) => ({
  ...span,
  durationMs: null,
  ...(attributes?.["gen_ai.operation.name"] === "chat" && { attributes: call }),
}));

/** Each span's last copy at least once, the others as often as it comes, in any order and any number of exports. */
const interleaving = fc
  .tuple(
    fc.shuffledSubarray([...ended, ...running, ...running, ...ended]),
    fc.shuffledSubarray(ended, { minLength: 5 }),
  )
  .chain(([some, all]) =>
    fc.tuple(
      fc.constant([...some, ...all]),
      fc.shuffledSubarray([...some, ...all].keys().toArray(), { minLength: some.length + all.length }),
      fc.integer({ min: 1, max: 5 }),
    ),
  )
  .map(([copies, order, size]) => {
    const shuffled = order.map((index) => copies[index] as TestSpan);
    return Array.from({ length: Math.ceil(shuffled.length / size) }, (_, part) =>
      shuffled.slice(part * size, (part + 1) * size),
    );
  });

describe("spans that change", () => {
  let server: Awaited<ReturnType<typeof openTestServer>>;
  beforeAll(async () => {
    server = await openTestServer();
  }, 60_000);
  afterAll(() => server[Symbol.asyncDispose]());

  const get = async <Body>(path: string) => (await (await fetch(`${server.url}${path}`)).json()) as Body;
  const send = async (exports: TestSpan[][]) => {
    const traceId = newTraceId();
    for (const spans of exports) {
      const response = await exportSpans(
        server.url,
        spans.map((span) => ({ ...span, traceId })),
      );
      expect(response.status).toBe(200);
    }
    return traceId;
  };
  /** All that pages show of it, but for what tells traces and their states apart, and which of two equals counts. */
  const varying = ["traceId", "version", "duplicateOf"];
  const show = async (traceId: string) => {
    const [{ traces }, detail, first] = await Promise.all([
      get<TraceList>("/api/traces?limit=500"),
      get<TraceDetail>(`/api/traces/${traceId}`),
      get<SpanDetail>(`/api/traces/${traceId}/spans/${toId(3)}`),
    ]);
    const shown = { listed: traces.filter((trace) => trace.traceId === traceId), detail, first };
    return JSON.parse(JSON.stringify(shown, (key, value) => (varying.includes(key) ? undefined : value)));
  };

  it("are listed, summed and counted as their last copies alone, however the copies came", {
    timeout: 60_000,
  }, async () => {
    const once = await show(await send([ended]));
    expect(once.listed).toMatchObject([{ spanCount: 5, errorCount: 1, inputTokens: 2000, outputTokens: 200 }]);
    const interleavings = fc.sample(interleaving, { numRuns: 20, seed: 4 });
    const traceIds = await Promise.all(interleavings.map(send));
    for (const [index, traceId] of traceIds.entries()) {
      expect(await show(traceId), JSON.stringify(interleavings[index])).toEqual(once);
    }
    const { total } = await get<TraceList>("/api/traces");
    expect(total).toBe(21);
  });
});

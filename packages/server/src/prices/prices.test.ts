import {
  Price,
  type PriceCreate,
  PriceList,
  Problem,
  Reprice,
  RepriceStatus,
  type TraceDetail,
  type TraceList,
  UnknownModelList,
} from "@ratchet/protocol";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { z } from "zod";
import { openTestServer } from "../../testing/index.ts";
import { exportSpans, newSpanId, newTraceId, type TestSpan } from "../../testing/otlp-export.ts";
import { createPrices } from "./prices.ts";
import type { PriceStore } from "./store.ts";

const hourMs = 3600 * 1000;

describe("the prices of a project", () => {
  let server: Awaited<ReturnType<typeof openTestServer>>;
  let project = "";
  let count = 0;
  beforeAll(async () => {
    server = await openTestServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const send = (method: string, path: string, body?: unknown) =>
    fetch(`${server.url}/api${path}`, {
      method,
      headers: { "x-ratchet-project": project, ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const get = async (path: string) => (await send("GET", path)).json();
  const newProject = async () => {
    project = `prices-${++count}`;
    await send("POST", "/projects", { slug: project });
  };
  const setPrice = async (price: Partial<z.input<typeof PriceCreate>>) => {
    const response = await send("POST", "/prices", {
      model: "*",
      inputUsdPerMillion: 0,
      outputUsdPerMillion: 0,
      ...price,
    });
    expect(response.status).toBe(201);
    return Price.parse(await response.json());
  };
  const call = (model: string, span: TestSpan = {}): TestSpan => ({
    traceId: newTraceId(),
    spanId: newSpanId(),
    ...span,
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.response.model": model,
      "gen_ai.provider.name": "openai",
      "gen_ai.usage.input_tokens": 1_000_000,
      "gen_ai.usage.output_tokens": 1_000_000,
      ...span.attributes,
    },
  });
  const export_ = async (spans: TestSpan[]) => {
    expect((await exportSpans(server.url, spans, { headers: { "x-ratchet-project": project } })).status).toBe(200);
    return spans;
  };
  const costOf = async ({ traceId }: TestSpan) => {
    const { spans, trace } = (await get(`/traces/${traceId}`)) as TraceDetail;
    return { costUsd: trace.costUsd, source: spans[0]?.costSource, spans: trace.spanCount };
  };
  /** Of the day until now, done. */
  const reprice = async () => {
    const range = {
      from: new Date(Date.now() - 24 * hourMs).toISOString(),
      to: new Date(Date.now() + hourMs).toISOString(),
    };
    const begun = await send("POST", "/prices/reprice", range);
    expect(begun.status).toBe(202);
    expect(Reprice.parse(await begun.json())).toMatchObject({ ...range, state: "running", checked: 0 });
    return vi.waitFor(async () => {
      const status = RepriceStatus.parse(await get("/prices/reprice")).reprice;
      expect(status?.state).toBe("done");
      return status;
    }, 20_000);
  };

  it("win over the public table for calls that arrive from then on; a cost that the client sends wins over both", async () => {
    await newProject();
    const [before] = await export_([call("gpt-4o-mini")]);
    await setPrice({ model: "gpt-4o*", inputUsdPerMillion: 10, outputUsdPerMillion: 20, usdPerRequest: 0.5 });
    const [after, given] = await export_([
      call("gpt-4o-mini"),
      call("gpt-4o-mini", { attributes: { "gen_ai.usage.cost": 3 } }),
    ]);
    expect(await costOf(before as TestSpan)).toMatchObject({ costUsd: 0.75, source: "table" });
    expect(await costOf(after as TestSpan)).toMatchObject({ costUsd: 30.5, source: "project" });
    expect(await costOf(given as TestSpan)).toMatchObject({ costUsd: 3, source: "client" });
    expect(await reprice()).toMatchObject({ checked: 2, changed: 1 });
    expect(await costOf(before as TestSpan)).toMatchObject({ costUsd: 30.5, source: "project" });
    expect(await costOf(given as TestSpan)).toMatchObject({ costUsd: 3, source: "client" });
  });

  it("are listed, changed and removed, one for each model, provider and moment", async () => {
    await newProject();
    const house = await setPrice({ model: "house", provider: "ours", inputUsdPerMillion: 1, outputUsdPerMillion: 2 });
    expect(house).toMatchObject({
      validFrom: "1970-01-01T00:00:00.000Z",
      cacheReadUsdPerMillion: null,
      usdPerRequest: 0,
    });
    const later = await setPrice({ model: "house", provider: "ours", validFrom: "2026-01-01T00:00:00.000Z" });
    const same = await send("POST", "/prices", { ...house, id: undefined, createdAt: undefined, model: "HOUSE" });
    expect(Problem.parse(await same.json())).toMatchObject({
      code: "conflict",
      detail: expect.stringContaining("HOUSE of ours"),
    });

    const changed = await send("PATCH", `/prices/${house.id}`, { outputUsdPerMillion: 5, cacheReadUsdPerMillion: 0.1 });
    expect(await changed.json()).toEqual({ ...house, outputUsdPerMillion: 5, cacheReadUsdPerMillion: 0.1 });
    expect((await send("PATCH", `/prices/${house.id}`, { validFrom: later.validFrom })).status).toBe(409);
    expect((await send("PATCH", `/prices/${house.id}`, { inputUsdPerMillion: -1 })).status).toBe(400);

    const ids = async () => PriceList.parse(await get("/prices")).prices.map(({ id }) => id);
    expect(await ids()).toEqual([later.id, house.id]);
    expect((await send("DELETE", `/prices/${later.id}`)).status).toBe(204);
    expect((await send("DELETE", `/prices/${later.id}`)).status).toBe(404);
    expect(await ids()).toEqual([house.id]);
    await newProject();
    expect(await ids()).toEqual([]);
    expect((await send("PATCH", `/prices/${house.id}`, { outputUsdPerMillion: 9 })).status).toBe(404);
  });

  it("of models that have none are asked for, by their calls and tokens, until there is one", async () => {
    await newProject();
    await export_([call("house-model"), call("house-model"), call("other-model"), call("gpt-4o-mini")]);
    const unknown = async () => UnknownModelList.parse(await get("/prices/unknown")).models;
    expect(await unknown()).toMatchObject([
      {
        model: "house-model",
        provider: "openai",
        calls: 2,
        inputTokens: 2_000_000,
        outputTokens: 2_000_000,
        hasPrice: false,
      },
      { model: "other-model", calls: 1, hasPrice: false },
    ]);
    await setPrice({ model: "house-*", inputUsdPerMillion: 1 });
    expect(await unknown()).toMatchObject([{ hasPrice: true }, { hasPrice: false }]);
    await reprice();
    expect(await unknown()).toMatchObject([{ model: "other-model" }]);
  });

  it("are applied to what is stored: each call counts once, and doing it again changes nothing", async () => {
    await newProject();
    const yesterday = { startMs: Date.now() - 25 * hourMs };
    const [house, known, old] = await export_([
      call("house-model"),
      call("gpt-4o-mini"),
      call("house-model", yesterday),
    ]);
    const price = await setPrice({ model: "house-model", inputUsdPerMillion: 2, outputUsdPerMillion: 3 });
    expect(await reprice()).toMatchObject({ total: 2, checked: 2, changed: 1, error: null });
    expect(await costOf(house as TestSpan)).toEqual({ costUsd: 5, source: "project", spans: 1 });
    expect(await costOf(known as TestSpan)).toEqual({ costUsd: 0.75, source: "table", spans: 1 });
    expect(await costOf(old as TestSpan)).toMatchObject({ costUsd: null });
    expect(await reprice()).toMatchObject({ checked: 2, changed: 0 });

    await send("DELETE", `/prices/${price.id}`);
    expect(await reprice()).toMatchObject({ changed: 1 });
    expect(await costOf(house as TestSpan)).toEqual({ costUsd: null, source: null, spans: 1 });
  });

  it("change nothing of a trace but what its calls cost", async () => {
    await newProject();
    const [traceId, rootId] = [newTraceId(), newSpanId()];
    await export_([
      { traceId, spanId: rootId, name: "answer", durationMs: 900, attributes: { "ratchet.span.kind": "agent" } },
      call("house-model", { traceId, parentSpanId: rootId }),
      call("house-model", { traceId, parentSpanId: rootId, error: "no answer" }),
    ]);
    const before = ((await get("/traces")) as TraceList).traces;
    await setPrice({ model: "house-model", usdPerRequest: 1 });
    expect(await reprice()).toMatchObject({ changed: 2 });
    const { traces, total } = (await get("/traces")) as TraceList;
    expect(total).toBe(1);
    expect(traces).toEqual([{ ...before[0], costUsd: 2, signals: expect.anything(), failures: expect.anything() }]);
  });

  it("are applied over many pages, one range at a time", async () => {
    await newProject();
    const traceId = newTraceId();
    // Many calls begin at the same moment.
    const startMs = Date.now() - 1000;
    const spans = Array.from({ length: 2500 }, () => call("house-model", { traceId, startMs }));
    await export_(spans);
    await setPrice({ model: "house-model", inputUsdPerMillion: 1 });
    const range = { from: new Date(0).toISOString(), to: new Date().toISOString() };
    const answers = await Promise.all([1, 2].map(() => send("POST", "/prices/reprice", range)));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409]);
    await vi.waitFor(async () => {
      const { reprice: status } = RepriceStatus.parse(await get("/prices/reprice"));
      expect(status).toMatchObject({ state: "done", total: 2500, checked: 2500, changed: 2500 });
    }, 20_000);
    expect(await costOf({ traceId })).toMatchObject({ costUsd: 2500, spans: 2500 });
  });

  it("are refused where a range ends before it begins", async () => {
    const refused = await send("POST", "/prices/reprice", { from: "2026-11-02T00:00:00Z", to: "2026-11-01T00:00:00Z" });
    expect(Problem.parse(await refused.json())).toMatchObject({
      code: "invalid-request",
      detail: "to: must be after from",
    });
  });
});

describe("prices in memory", () => {
  it("are read again after ten seconds, as another process may have changed them", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    let requestUsd = 1;
    const listPrices = async () => [
      Price.parse({
        id: "3f0c4a52-7d0f-4f2e-9a34-0c6a4f0f5d11",
        model: "m",
        provider: null,
        validFrom: "1970-01-01T00:00:00.000Z",
        inputUsdPerMillion: 0,
        cacheReadUsdPerMillion: null,
        cacheWriteUsdPerMillion: null,
        outputUsdPerMillion: 0,
        usdPerRequest: requestUsd,
        createdAt: "2026-01-01T00:00:00.000Z",
      }),
    ];
    const prices = createPrices(
      { listPrices } as unknown as PriceStore,
      () => {},
      () => new Date(),
    );
    const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };
    const costUsd = async () => {
      const pricer = await prices.findPricer({ id: 1, slug: "a" });
      return pricer({ model: "m", requestModel: null, provider: null, usage, startMicros: 1 })?.costUsd;
    };
    expect(await costUsd()).toBe(1);
    requestUsd = 2;
    vi.advanceTimersByTime(9_999);
    expect(await costUsd()).toBe(1);
    vi.advanceTimersByTime(1);
    expect(await costUsd()).toBe(2);
    vi.useRealTimers();
  });
});

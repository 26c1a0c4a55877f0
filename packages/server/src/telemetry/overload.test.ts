import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { encodeSpans, newTraceId } from "../../testing/otlp-export.ts";
import { createErrorHandler } from "../http/errors.ts";
import { createRouter } from "../router.ts";
import type { CompletedRoot } from "./completed-root.ts";
import { createIngest } from "./ingest.ts";
import { createBodyReader } from "./read-body.ts";
import { createReceiver } from "./receive.ts";
import { telemetryRoutes } from "./routes.ts";
import type { TelemetryStore } from "./store.ts";

const oneSpan = encodeSpans([{}], "protobuf");
const noSignal = async () => ({ count: 0, reason: "" });
const project = { id: 1, slug: "default" };

const idleStore: TelemetryStore = {
  insertPayloads: async () => {},
  insertAttachments: async () => {},
  insertSpans: async () => {},
  toFault: () => "other",
  findFreeBytes: async () => 2 ** 40,
};

/** The receiver over an engine of the test's making. */
function openReceiver(store: Partial<TelemetryStore>) {
  const completed: CompletedRoot[] = [];
  const ingest = createIngest({
    store: { ...idleStore, ...store },
    projects: { findScope: async () => project, recordFirstSpan: async () => {} },
    publish: () => {},
    onCompleted: (_, roots) => completed.push(...roots),
    now: () => new Date(),
  });
  const app = createRouter();
  app.onError(createErrorHandler(pino({ level: "silent" })));
  app.use(async (c, next) => {
    c.set("project", project);
    c.set("isProjectNamed", true);
    await next();
  });
  app.route(
    "/",
    telemetryRoutes(
      createBodyReader(64 * 1024 * 1024),
      createReceiver({ traces: ingest.accept, logs: noSignal, metrics: noSignal, assertRoom: () => {} }),
    ),
  );
  /** Repeating a protobuf message repeats its spans. */
  const send = (count: number) =>
    app.request("/v1/traces", {
      method: "POST",
      headers: { "content-type": "application/x-protobuf" },
      body: Buffer.alloc(count * oneSpan.length, oneSpan),
    });
  return { send, completed };
}

describe("the receiver when the engine cannot keep up", () => {
  it("asks clients to come back while the queue is full, and takes spans again afterwards", async () => {
    const engine = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const { send } = openReceiver({
      insertSpans: () => {
        begun.resolve();
        return engine.promise;
      },
    });
    const waiting = send(50_000);
    await begun.promise;
    const refused = await send(1);
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(await refused.text()).toContain("50000 spans wait");
    engine.resolve();
    expect((await waiting).status).toBe(200);
    expect((await send(1)).status).toBe(200);
  });

  it("never acknowledges spans that the engine refused, and tells nobody of them", async () => {
    const { send, completed } = openReceiver({ insertSpans: () => Promise.reject(new Error("disk full")) });
    const response = await send(1);
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("5");
    expect(await response.text()).toContain("could not be stored");
    expect(completed).toEqual([]);
  });

  it("inserts payloads before the spans that refer to them, and sends them again when they failed", async () => {
    const inserted: string[] = [];
    let isFailing = true;
    const { send } = openReceiver({
      insertPayloads: async () => {
        inserted.push(isFailing ? "payloads failed" : "payloads");
        if (isFailing) throw new Error("disk full");
      },
      insertSpans: async () => {
        inserted.push("spans");
      },
    });
    expect((await send(1)).status).toBe(503);
    isFailing = false;
    expect((await send(1)).status).toBe(200);
    expect(inserted).toEqual(["payloads failed", "payloads", "spans"]);
  });
});

describe("the receiver's news of a trace", () => {
  it("names each root that ended, once it is durable, and no other span", async () => {
    const completed: CompletedRoot[] = [];
    const traceId = newTraceId();
    const ingest = createIngest({
      store: idleStore,
      projects: { findScope: async () => project, recordFirstSpan: async () => {} },
      publish: () => {},
      onCompleted: (_, roots) => completed.push(...roots),
      now: () => new Date("2026-11-24T05:00:00Z"),
    });
    const span = {
      traceId,
      spanId: "b7ad6b7169203331",
      parentSpanId: "",
      name: "answer",
      startMicros: Date.UTC(2026, 10, 24, 4) * 1000 + 7,
      endMicros: Date.UTC(2026, 10, 24, 4) * 1000 + 1_500_007,
      statusCode: 2,
      statusMessage: "",
      attributes: new Map([["user.id", "ada"]]),
      events: [],
      scopeName: "",
      scopeVersion: "",
    };
    const child = { ...span, spanId: "b7ad6b7169203332", parentSpanId: span.spanId };
    const running = { ...span, spanId: "b7ad6b7169203333", endMicros: 0 };
    await ingest.accept([{ attributes: new Map(), spans: [child, span, running] }], project, true);
    expect(completed).toEqual([
      {
        traceId,
        spanId: span.spanId,
        name: "answer",
        startTime: "2026-11-24T04:00:00.000007Z",
        durationMs: 1500,
        status: "error",
        userId: "ada",
        sessionId: null,
        release: null,
        exposure: null,
      },
    ]);
  });
});

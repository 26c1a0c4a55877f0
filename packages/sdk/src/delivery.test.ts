import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import type { FeedbackCreate } from "@ratchet/protocol";
import { transform } from "esbuild";
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from "vitest";
import { currentClient } from "./client.ts";
import {
  createSpanProcessor,
  currentSpan,
  type FeedbackInput,
  feedback,
  flush,
  init,
  shutdown,
  traceable,
} from "./index.ts";
import { openSink, type Sink } from "./testing/sink.ts";

let sink: Sink;
const unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);
const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
const work = traceable(async (id: number) => id, { name: "work" });

beforeEach(async () => {
  process.on("unhandledRejection", note);
  sink = await openSink();
});
afterEach(async () => {
  await shutdown({ timeoutMs: 50 });
  await sink[Symbol.asyncDispose]();
  await new Promise(setImmediate);
  process.off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
});

describe("without a server to send to", () => {
  it("does nothing at all", async () => {
    init();
    expect(currentClient()).toBeUndefined();
    expect(await work(1)).toBe(1);
    expect(await traceable(async () => currentSpan().traceId)()).toBeNull();
    expect(await feedback({ traceId: "0".repeat(31).concat("1"), key: "thumbs", score: 1 })).toBe(false);
    await flush();
  });

  it("says so when the URL is none", () => {
    init({ url: "localhost:3000" });
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('"localhost:3000" is not an http(s) URL'));
  });
});

describe("numbers that are none", () => {
  it("trace everything, and poll no faster, and are told", async () => {
    init({ url: sink.url, sampleRate: Number.NaN, pollIntervalMs: Number.NaN });
    expect(currentClient()?.options).toMatchObject({ sampleRate: 1, pollIntervalMs: 5000 });
    expect(warn).toHaveBeenCalledWith(expect.stringContaining("sampleRate is NaN, so 1 is taken"));
  });
});

describe("while the server is away", () => {
  it("keeps the newest within its bound, says so once, and delivers them when the server is back", async () => {
    const { port } = new URL(sink.url);
    await sink[Symbol.asyncDispose]();
    init({ url: `http://127.0.0.1:${port}` });
    for (let id = 0; id < 20_000; id++) await work(id);
    expect(currentClient()?.spanQueue.length).toBe(8192);
    expect(warn.mock.calls.filter(([text]) => text.includes("the oldest are dropped"))).toHaveLength(1);
    await flush({ timeoutMs: 50 });
    sink = await openSink(Number(port));
    await flush();
    // On a busy machine, a batch that was on its way when its spans were dropped arrives before them.
    const newest = sink.spans.slice(-8192).map((span) => Number(span.attributes["ratchet.input"]));
    expect(newest).toEqual(Array.from({ length: 8192 }, (_, index) => 20_000 - 8192 + index));
  });

  it("bounds bytes as well as spans", async () => {
    init({ url: "http://127.0.0.1:1" });
    const big = "x".repeat(250_000);
    const carry = traceable((text: string) => text, { name: "carry" });
    for (let i = 0; i < 300; i++) carry(big);
    expect(currentClient()?.spanQueue.length).toBeLessThan(140);
  });

  it("counts the bytes of lists too", async () => {
    init({ url: "http://127.0.0.1:1" });
    const tagged = traceable(() =>
      currentSpan().addTags(...Array.from({ length: 10 }, (_, i) => `${i}${"x".repeat(1e5)}`)),
    );
    for (let i = 0; i < 100; i++) tagged();
    expect(currentClient()?.spanQueue.length).toBeLessThan(70);
  });

  it("does not hold the application when the server hangs", async () => {
    init({ url: sink.url });
    sink.misbehave = () => true;
    await work(1);
    await flush({ timeoutMs: 50 });
    expect(await work(2)).toBe(2);
    expect(currentClient()?.spanQueue.length).toBe(2);
  });
});

describe("when the server refuses", () => {
  it.each([
    ["is busy", 429, { "retry-after": "0" }],
    ["fails", 500, { "retry-after": "0" }],
    ["restarts", 503, {}],
  ])("tries again while it %s", async (_, status, headers) => {
    init({ url: sink.url });
    let refusals = 0;
    sink.misbehave = (_path, response) => {
      if (refusals >= 2) return false;
      refusals++;
      response.writeHead(status, headers as Record<string, string>).end();
      return true;
    };
    await work(1);
    expect(await feedback({ traceId: "a".repeat(32), key: "thumbs", score: 0 })).toBe(true);
    await flush();
    expect(sink.spans).toHaveLength(1);
    expect(sink.feedback).toHaveLength(1);
  });

  it("gives up what can never be accepted, and goes on", async () => {
    init({ url: sink.url });
    sink.misbehave = (_path, response) => {
      response.writeHead(401).end('{"detail":"the key is not known"}');
      return true;
    };
    await work(1);
    await flush();
    expect(await feedback({ traceId: "a".repeat(32), key: "thumbs", score: 0 })).toBe(false);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining("the key is not known"));
    sink.misbehave = undefined;
    await work(2);
    await flush();
    expect(sink.spans.map((span) => span.attributes["ratchet.input"])).toEqual(["2"]);
  });

  it("takes as feedback what the server takes", () => {
    expectTypeOf<FeedbackInput>().toEqualTypeOf<FeedbackCreate>();
  });

  it("sends feedback again under the same id after a lost answer", async () => {
    init({ url: sink.url });
    let isFirst = true;
    sink.misbehave = (path, response) => {
      if (path !== "/api/feedback" || !isFirst) return false;
      isFirst = false;
      response.destroy();
      return true;
    };
    expect(await feedback({ traceId: "a".repeat(32), key: "reply", comment: "thanks" })).toBe(true);
    expect(sink.feedback[0]).toMatchObject({ key: "reply", id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  });
});

describe("a process that ends", () => {
  const script = (url: string) => `
    import { init, traceable } from "${new URL("./index.ts", import.meta.url).href}";
    init({ url: "${url}" });
    traceable((x) => x, { name: "last" })(1);
  `;
  const run = (url: string) => promisify(execFile)(process.execPath, ["--input-type=module", "-e", script(url)]);

  it("delivers its last spans first", async () => {
    await run(sink.url);
    expect(sink.spans.map((span) => span.name)).toEqual(["last"]);
  });

  it("runs the README's first lines to their end, and those about feedback", async () => {
    const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
    const [first, second] = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map((block) => block[1] as string);
    const runLines = async (lines = "") => {
      const here = lines
        .replace("@ratchet/sdk", new URL("./index.ts", import.meta.url).href)
        .replace("http://localhost:3000", sink.url);
      const { code } = await transform(here, { loader: "ts" });
      const env = { ...process.env, RATCHET_URL: sink.url };
      const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", code], { env });
      return stdout;
    };
    expect(await runLines(first)).toBe("You asked: Does it work?\n");
    expect(sink.spans.map(({ name }) => name)).toEqual(["answer"]);
    expect(await runLines(second)).toBe("You asked: Why does my build fail?\n");
    expect(sink.feedback[0]?.traceId).toBe(sink.spans[1]?.traceId);
  });

  it("ends all the same, and cleanly, when nobody takes them", async () => {
    const { stderr } = await run("http://127.0.0.1:1");
    expect(stderr).toContain("ECONNREFUSED");
  });
});

describe("an application with its own OpenTelemetry", () => {
  afterEach(() => {
    trace.disable();
    context.disable();
  });

  it("has the SDK's spans in its tree and exporter, and in Ratchet by createSpanProcessor", async () => {
    const exporter = new InMemorySpanExporter();
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());
    const processors = [new SimpleSpanProcessor({ exporter }), createSpanProcessor({ url: sink.url })];
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: processors }));
    await trace.getTracer("app").startActiveSpan("request", async (span) => {
      await work(1);
      span.end();
    });
    await flush();
    const [child, parent] = exporter.getFinishedSpans();
    expect(child?.parentSpanContext?.spanId).toBe(parent?.spanContext().spanId);
    expect(sink.spans.map((span) => span.name)).toEqual(["work", "request"]);
  });

  it("may bring its context after the processor was made for it", async () => {
    const processor = createSpanProcessor({ url: sink.url });
    expect(context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())).toBe(true);
    expect(trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [processor] }))).toBe(true);
    await traceable(() => work(1), { name: "outer" })();
    await flush();
    expect(sink.spans[0]).toMatchObject({ name: "work", parentSpanId: sink.spans[1]?.spanId });
  });

  it("is told what is missing when Ratchet would see nothing", async () => {
    trace.setGlobalTracerProvider(new TracerProvider());
    init({ url: sink.url });
    expect(warn).toHaveBeenCalledWith(expect.stringContaining("createSpanProcessor()"));
  });

  it("nests in the SDK's tree when it has no provider", async () => {
    init({ url: sink.url });
    const outer = traceable(() => trace.getTracer("library").startSpan("inside").end(), { name: "outer" });
    outer();
    await flush();
    expect(sink.spans[0]).toMatchObject({ name: "inside", parentSpanId: sink.spans[1]?.spanId });
  });
});

describe("sampling", () => {
  it("keeps whole traces or none", async () => {
    init({ url: sink.url, sampleRate: 0.5 });
    const outer = traceable((id: number) => work(id), { name: "outer" });
    for (let id = 0; id < 200; id++) await outer(id);
    await flush();
    const inner = sink.spans.filter(({ name }) => name === "work");
    expect(inner.length).toBeGreaterThan(50);
    expect(inner.length).toBeLessThan(150);
    expect(sink.spans).toHaveLength(inner.length * 2);
  });
});

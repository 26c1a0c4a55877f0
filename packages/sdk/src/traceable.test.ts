import { readFile } from "node:fs/promises";
import { transform } from "esbuild";
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from "vitest";
import { currentSpan, feedback, flush, init, propagate, shutdown, traceable } from "./index.ts";
import { openSink, type ReceivedSpan, type Sink } from "./testing/sink.ts";

let sink: Sink;
beforeEach(async () => {
  sink = await openSink();
  init({ url: sink.url, project: "p", apiKey: "k", environment: "test", serviceName: "bot" });
});
afterEach(async () => {
  await shutdown();
  await sink[Symbol.asyncDispose]();
});

async function received(name: string): Promise<ReceivedSpan> {
  await flush();
  const found = sink.spans.find((span) => span.name === name);
  if (found === undefined) throw new Error(`no span ${name} among ${sink.spans.map((span) => span.name)}`);
  return found;
}
async function readAll(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items);
}
const pause = () => new Promise<void>((resolve) => setTimeout(resolve, Math.random() * 5));

describe("a traced function", () => {
  it("arrives with input, output, kind, metadata and who sent it", async () => {
    const add = traceable((a: number, b: number) => a + b, {
      name: "add",
      kind: "tool",
      tags: ["math"],
      metadata: { repo: "a/b", nested: { deep: true }, absent: undefined },
    });
    expect(add(1, 2)).toBe(3);
    const span = await received("add");
    expect(span.attributes).toMatchObject({
      "ratchet.span.kind": "tool",
      "gen_ai.operation.name": "execute_tool",
      "ratchet.input": "[1,2]",
      "ratchet.output": "3",
      "ratchet.tags": ["math"],
      "ratchet.metadata.repo": "a/b",
      "ratchet.metadata.nested": '{"deep":true}',
    });
    expect(span.attributes).not.toHaveProperty("ratchet.metadata.absent");
    expect(span.resource).toMatchObject({
      "service.name": "bot",
      "deployment.environment.name": "test",
      "ratchet.project": "p",
    });
    expect(sink.requests[0]?.headers).toMatchObject({ "x-ratchet-project": "p", authorization: "Bearer k" });
  });

  it("keeps its type, its name, its length and its this", () => {
    const shout = traceable(function shout(this: { word: string }, times: number) {
      return this.word.repeat(times);
    });
    expect(shout.call({ word: "a" }, 3)).toBe("aaa");
    expect([shout.name, shout.length]).toEqual(["shout", 1]);
    expectTypeOf(shout).toEqualTypeOf<(this: { word: string }, times: number) => string>();
    const pick = traceable(<Item>(items: Item[]) => items[0]);
    expectTypeOf(pick<number>).returns.toEqualTypeOf<number | undefined>();
    traceable((a: string) => a.length, {
      inputs: (a) => expectTypeOf(a).toEqualTypeOf<string>(),
      outputs: (length) => expectTypeOf(length).toEqualTypeOf<number>(),
    });
    traceable(
      async function* () {
        yield 1;
      },
      { outputs: (items) => expectTypeOf(items).toEqualTypeOf<number[]>() },
    );
  });

  it("gives each of 200 concurrent requests its own tree with the right parents", async () => {
    const leaf = traceable(
      async (id: number) => {
        await pause();
        return id;
      },
      { name: "leaf" },
    );
    const middle = traceable(
      async (id: number) => {
        await pause();
        return Promise.all([leaf(id), leaf(id)]);
      },
      { name: "middle" },
    );
    const root = traceable(
      async (id: number) => {
        await pause();
        return middle(id);
      },
      { name: "root" },
    );
    await Promise.all(Array.from({ length: 200 }, (_, id) => propagate({ sessionId: `s${id}` }, () => root(id))));
    await flush();
    expect(sink.spans).toHaveLength(800);
    const byId = new Map(sink.spans.map((span) => [span.spanId, span]));
    for (const span of sink.spans) {
      const id = span.attributes["ratchet.input"];
      expect(span.attributes["session.id"]).toBe(`s${id}`);
      const parent = byId.get(span.parentSpanId ?? "");
      expect(parent?.name).toBe({ leaf: "middle", middle: "root", root: undefined }[span.name]);
      if (parent !== undefined)
        expect([parent.traceId, parent.attributes["ratchet.input"]]).toEqual([span.traceId, id]);
    }
    expect(new Set(sink.spans.map((span) => span.traceId)).size).toBe(200);
  });

  it("rethrows the very error and records its type, message and partial tree", async () => {
    class TooHot extends Error {
      override name = "TooHot";
    }
    const error = new TooHot("42 degrees");
    const inner = traceable(
      async () => {
        await pause();
        throw error;
      },
      { name: "inner" },
    );
    const outer = traceable(async () => inner(), { name: "outer" });
    await expect(outer()).rejects.toBe(error);
    const sync = traceable(
      () => {
        throw "text";
      },
      { name: "sync" },
    );
    expect(sync).toThrow("text");
    const refuse = traceable(
      () => {
        throw Object.assign(new Error("no"), { code: "ECONNREFUSED" });
      },
      { name: "refuse" },
    );
    expect(refuse).toThrow("no");
    expect((await received("refuse")).attributes["error.type"]).toBe("ECONNREFUSED");
    const span = await received("inner");
    expect(span.attributes["error.type"]).toBe("TooHot");
    expect(span.status).toEqual({ code: 2, message: "42 degrees" });
    expect(span.events[0]).toMatchObject({ name: "exception", attributes: { "exception.message": "42 degrees" } });
    expect((await received("outer")).status.code).toBe(2);
    expect((await received("sync")).attributes["error.type"]).toBe("string");
  });

  it("returns a promise's subclass untouched", async () => {
    class Extended extends Promise<number> {
      extra() {
        return "still here";
      }
    }
    const call = traceable(() => Extended.resolve(1) as Extended, { name: "extended" });
    const result = call();
    expect(result.extra()).toBe("still here");
    expect(await result).toBe(1);
    expect((await received("extended")).attributes["ratchet.output"]).toBe("1");
  });

  it("keeps the properties that the function has", () => {
    const judge = Object.assign((text: string) => text.length, { metric: "length" });
    expect(traceable(judge).metric).toBe("length");
  });

  it("hands on what it cannot follow: a stream that has its reader, an object that answers nothing", async () => {
    const taken = traceable(
      () => {
        const stream = new ReadableStream();
        stream.getReader();
        return stream;
      },
      { name: "taken" },
    );
    expect(taken()).toBeInstanceOf(ReadableStream);
    expect(await received("taken")).toBeDefined();
    const silent = new Proxy({}, Object.fromEntries(["has", "get", "getPrototypeOf"].map((trap) => [trap, refuse])));
    const mute = traceable(() => silent, { name: "mute" });
    expect(Object.is(mute(), silent)).toBe(true);
    expect(await received("mute")).toBeDefined();
    function refuse(): never {
      throw new Error("no answer");
    }
  });

  it("does not start a lazy thenable's work", async () => {
    let started = 0;
    const call = traceable(
      () => ({
        // biome-ignore lint/suspicious/noThenProperty: a query builder has one.
        then: () => {
          started++;
        },
      }),
      { name: "lazy" },
    );
    call();
    await received("lazy");
    expect(started).toBe(0);
  });

  it("masks or withholds content as it is told", async () => {
    const echo = traceable(
      (text: string) => {
        if (text === "throw") throw new Error("secret lost");
        return text;
      },
      { name: "echo" },
    );
    init({ url: sink.url, mask: (text) => text.replaceAll("secret", "***") });
    echo("my secret");
    expect(() => echo("throw")).toThrow();
    await flush();
    expect(JSON.stringify(sink.spans)).not.toContain("secret");
    expect(sink.spans[0]?.attributes["ratchet.input"]).toBe('"my ***"');
    init({ url: sink.url, captureContent: false });
    echo("private");
    await flush();
    expect(JSON.stringify(sink.spans)).not.toContain("private");
  });

  it("survives inputs that cannot be read, and options that throw", async () => {
    const circular: Record<string, unknown> = {
      big: 1n,
      map: new Map([["a", new Set([1])]]),
      error: new RangeError("no"),
    };
    circular.self = circular;
    Object.defineProperty(circular, "trap", {
      enumerable: true,
      get() {
        throw new Error("trap");
      },
    });
    const take = traceable((value: unknown) => value !== null, { name: "take" });
    expect(take(circular)).toBe(true);
    expect(JSON.parse((await received("take")).attributes["ratchet.input"] as string)).toEqual({
      big: "1",
      map: { a: [1] },
      error: { name: "RangeError", message: "no" },
      self: "<circular>",
      trap: "<unreadable: trap>",
    });
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    class Cursed extends Array {
      override [Symbol.iterator](): never {
        throw new Error("cursed");
      }
    }
    const cursed = traceable((_: unknown) => new Cursed(), { name: "cursed" });
    expect(cursed(proxy)).toBeInstanceOf(Cursed);
    expect(cursed(new Cursed())).toBeInstanceOf(Cursed);
    propagate(
      {
        metadata: Object.defineProperty({}, "trap", {
          enumerable: true,
          get: () => {
            throw new Error("trap");
          },
        }),
      },
      () => {
        expect(take(1)).toBe(true);
      },
    );
    const broken = traceable((value: number) => value, {
      name: "broken",
      inputs: () => {
        throw new Error("inputs");
      },
      outputs: () => {
        throw new Error("outputs");
      },
    });
    expect(broken(5)).toBe(5);
    expect((await received("broken")).attributes).not.toHaveProperty("ratchet.output");
  });
});

describe("a traced generator", () => {
  it("ends when it is read to its end, and parents what its body starts wherever it is read", async () => {
    const leaf = traceable(async (token: string) => token, { name: "leaf" });
    const tokens = traceable(
      async function* (words: string[]) {
        for (const word of words) yield await leaf(word);
      },
      { name: "tokens", kind: "llm" },
    );
    const outer = traceable(
      async function* () {
        yield* tokens(["a", "b"]);
        yield "c";
      },
      { name: "outer" },
    );
    const stream = outer();
    let text = "";
    const reader = traceable(
      async () => {
        for await (const token of stream) text += token;
      },
      { name: "reader" },
    );
    await reader();
    expect(text).toBe("abc");
    const [inner, whole] = [await received("tokens"), await received("outer")];
    expect(inner.parentSpanId).toBe(whole.spanId);
    expect(
      sink.spans.filter(({ name, parentSpanId }) => name === "leaf" && parentSpanId === inner.spanId),
    ).toHaveLength(2);
    expect(inner.attributes["ratchet.output"]).toBe('"ab"');
    expect(inner.attributes["gen_ai.response.time_to_first_chunk"]).toBeGreaterThan(0);
    expect(whole.parentSpanId).toBeUndefined();
  });

  it("passes values both ways, and ends on break and on error", async () => {
    const ask = traceable(
      function* (): Generator<number, string, number> {
        const answer = yield 1;
        return `got ${answer}`;
      },
      { name: "ask" },
    );
    const asking = ask();
    expect(asking.next()).toEqual({ done: false, value: 1 });
    expect(asking.next(7)).toEqual({ done: true, value: "got 7" });
    const count = traceable(
      function* () {
        yield 1;
        yield 2;
        yield 3;
      },
      { name: "count" },
    );
    for (const number of count()) if (number === 2) break;
    const fail = traceable(
      async function* () {
        yield "a";
        throw new Error("cut");
      },
      { name: "fail" },
    );
    await expect(readAll(fail())).rejects.toThrow("cut");
    expect((await received("count")).attributes["ratchet.output"]).toBe("[1,2]");
    expect((await received("fail")).attributes).toMatchObject({ "ratchet.output": '"a"', "error.type": "Error" });
    expect(await received("ask")).toBeDefined();
  });

  it("follows a ReadableStream that an async function resolves to", async () => {
    const stream = traceable(
      async () =>
        new ReadableStream<Uint8Array>({
          start(controller) {
            for (const part of ["héllo ", "world"]) controller.enqueue(new TextEncoder().encode(part));
            controller.close();
          },
        }),
      { name: "stream" },
    );
    const text = await new Response(await stream()).text();
    expect(text).toBe("héllo world");
    expect((await received("stream")).attributes["ratchet.output"]).toBe('"héllo world"');
    const cancelled = traceable(() => new ReadableStream<string>({ pull: (controller) => controller.enqueue("x") }), {
      name: "cancelled",
    });
    const reader = cancelled().getReader();
    await reader.read();
    await reader.cancel();
    expect((await received("cancelled")).attributes["ratchet.output"]).toBe('"x"');
  });
});

describe("the decorator", () => {
  it.each([
    ["TC39's decorators", false],
    ["TypeScript's experimental decorators", true],
  ])("works bare and with options, and keeps this, with %s", async (_, experimentalDecorators) => {
    const source = await readFile(new URL("./fixtures/decorated.ts", import.meta.url), "utf8");
    const tsconfigRaw = { compilerOptions: { experimentalDecorators } };
    const { code } = await transform(source, { loader: "ts", target: "es2022", tsconfigRaw });
    const { defineBot } = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`);
    const Bot = defineBot(traceable);
    expect(await new Bot().greet("ada")).toBe("hello ada 3");
    expect(Bot.shout("ada")).toBe("ADA");
    const [greet, lookup] = [await received("greet"), await received("lookup")];
    expect(lookup.parentSpanId).toBe(greet.spanId);
    expect(lookup.attributes["ratchet.span.kind"]).toBe("tool");
    expect((await received("shout")).attributes["ratchet.output"]).toBe('"ADA"');
  });
});

describe("the current span", () => {
  it("takes metadata, tags, model, usage, events and another output", async () => {
    const call = traceable(
      async () => {
        currentSpan().setOutput("chosen");
        await pause();
        currentSpan().setModel("openai", "gpt-5");
        currentSpan().setUsage({ inputTokens: 10, outputTokens: 2, cacheReadTokens: 4 });
        currentSpan().setMetadata({ tries: 2 });
        currentSpan().addTags("a");
        currentSpan().addTags("b", "a");
        currentSpan().addEvent("retry", { attempt: 1 });
        return "returned";
      },
      { name: "call", kind: "llm", tags: ["t"] },
    );
    await propagate({ tags: ["p"], userId: "ada", metadata: { plan: "pro" } }, call);
    const span = await received("call");
    expect(span.attributes).toMatchObject({
      "ratchet.output": '"chosen"',
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "gpt-5",
      "gen_ai.usage.input_tokens": 10,
      "gen_ai.usage.output_tokens": 2,
      "gen_ai.usage.cache_read.input_tokens": 4,
      "ratchet.metadata.tries": 2,
      "ratchet.metadata.plan": "pro",
      "ratchet.tags": ["p", "t", "a", "b"],
      "user.id": "ada",
    });
    expect(span.events[0]).toMatchObject({ name: "retry", attributes: { attempt: 1 } });
  });

  it("forgives what plain JavaScript may give it", async () => {
    const call = traceable(
      () => {
        currentSpan().setUsage(undefined as never);
        return propagate(null as never, () => propagate({ tags: 5 as never }, () => "done"));
      },
      { name: "forgiven" },
    );
    expect(propagate({ userId: "ada" }, call)).toBe("done");
    expect((await received("forgiven")).attributes["user.id"]).toBe("ada");
    expect(await feedback(undefined as never)).toBe(false);
    init(null as never);
  });

  it("keeps what an enclosing call said where an inner one says undefined", async () => {
    const call = traceable(() => {}, { name: "kept" });
    propagate({ userId: "ada", sessionId: "s" }, () => propagate({ userId: undefined, tags: ["t"] }, call));
    expect((await received("kept")).attributes).toMatchObject({ "user.id": "ada", "session.id": "s" });
  });

  it("does nothing outside a traced call", () => {
    expect(currentSpan().traceId).toBeNull();
    currentSpan().setMetadata({ a: 1 });
  });

  it("is marked too when the session becomes known only inside it", async () => {
    const child = traceable(() => {}, { name: "child" });
    const handle = traceable(() => propagate({ sessionId: "s" }, child), { name: "handle" });
    handle();
    expect((await received("handle")).attributes["session.id"]).toBe("s");
    expect((await received("child")).attributes["session.id"]).toBe("s");
  });
});

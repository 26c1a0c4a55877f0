/** Sentence embeddings from a worker thread that is started at the first text, with what was embedded before kept by hash. */
import { createHash } from "node:crypto";
import { Worker } from "node:worker_threads";
import type { EmbedReply, EmbedRequest } from "./embed-worker.ts";

export interface Embedder {
  /** A unit vector of 512 numbers. Time grows with the square of the length: 2,000 characters take 0.1 s, 74,000 take 11 s. */
  embed(text: string): Promise<Float32Array>;
  close(): Promise<void>;
}

/** 2 KB each. */
const maxCached = 5000;
/** The longest issue that GitHub takes needs 9 s on an idle processor, and loading the model another 5. */
const defaultTimeLimitMs = 120_000;

/** @param timeLimitMs When one text takes longer, its worker is ended, and what waits for it is rejected. */
export function createEmbedder(timeLimitMs = defaultTimeLimitMs): Embedder {
  const cache = new Map<string, Promise<Float32Array>>();
  const waiting = new Map<number, { resolve(vector: Float32Array): void; reject(error: Error): void }>();
  let worker: Worker | undefined;
  let watchdog: NodeJS.Timeout | undefined;
  let nextId = 1;

  /** A worker that died takes its texts with it; the next text starts a new one. */
  function fail(failed: Worker, error: Error): void {
    if (worker !== failed) return;
    worker = undefined;
    clearTimeout(watchdog);
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  }

  /** From now, the text at the front has its time. */
  function watch(watched: Worker): void {
    clearTimeout(watchdog);
    if (waiting.size === 0) return;
    watchdog = setTimeout(() => {
      fail(watched, new Error(`The embedding model gave nothing for ${timeLimitMs} ms`));
      void watched.terminate();
    }, timeLimitMs);
  }

  function startWorker(): Worker {
    const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
    const started = new Worker(new URL(`./embed-worker.${extension}`, import.meta.url));
    started.unref();
    started.on("message", (reply: EmbedReply) => {
      const request = waiting.get(reply.id);
      waiting.delete(reply.id);
      if (waiting.size === 0) started.unref();
      if (worker === started) watch(started);
      if ("vector" in reply) request?.resolve(Float32Array.from(reply.vector));
      else request?.reject(new Error(`The embedding model failed: ${reply.error}`));
    });
    started.on("error", (error) => fail(started, new Error("The embedding worker died", { cause: error })));
    started.on("exit", (code) => fail(started, new Error(`The embedding worker ended with code ${code}`)));
    return started;
  }

  function compute(text: string): Promise<Float32Array> {
    worker ??= startWorker();
    const id = nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<Float32Array>();
    waiting.set(id, { resolve, reject });
    worker.ref();
    if (waiting.size === 1) watch(worker);
    worker.postMessage({ id, text } satisfies EmbedRequest);
    return promise;
  }

  return {
    embed(text) {
      const key = createHash("sha256").update(text).digest("base64");
      const known = cache.get(key);
      if (known) return known;
      const vector = compute(text);
      cache.set(key, vector);
      vector.catch(() => cache.delete(key));
      if (cache.size > maxCached) cache.delete(cache.keys().next().value as string);
      return vector;
    },
    async close() {
      await worker?.terminate();
    },
  };
}

/** Cosine similarity of two unit vectors. */
export function similarity(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] as number) * (b[at] as number);
  return sum;
}

/**
 * Finished spans on their way to the server: a span processor that batches, bounds memory by bytes as well as by count
 * (OpenTelemetry's own bounds neither payload bytes nor keeps the newest), and tries again while the server is away.
 */

import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import type { AttributeValue, Context } from "@opentelemetry/api";
import { TraceFlags } from "@opentelemetry/api";
import type { ReadableSpan, Span, SpanProcessor } from "@opentelemetry/sdk-trace";
import { encodeSpans } from "./encode-spans.ts";
import { guarded } from "./guarded.ts";
import { type HttpAnswer, sendRequest } from "./http-request.ts";
import type { ClientOptions } from "./options.ts";
import { describeSpan, propagatedOf } from "./propagate.ts";
import { isWorthRetrying, pauseMs, retryDelayMs } from "./retry.ts";
import { settleWithin } from "./settle-within.ts";
import { forgetWarning, warnOnce } from "./warn-once.ts";

const maxQueuedSpans = 8192;
const maxQueuedBytes = 64 * 1024 * 1024;
const maxBatchSpans = 1024;
/** Encoding blocks the event loop for about 3 ms a MiB. */
const maxBatchBytes = 2 * 1024 * 1024;
/** A fuller queue is sent at once. */
const eagerSpans = 512;
const lingerMs = 1000;
const requestTimeoutMs = 10_000;
const lastFlushMs = 3000;
/** A server that answers 500 to the same spans so often will not take them; 429 and 503 are waited for as long as it takes. */
const maxServerErrors = 5;

const compress = promisify(gzip);

export class SpanQueue implements SpanProcessor {
  readonly #options: ClientOptions;
  readonly #endpoint: URL;
  readonly #stop = new AbortController();
  #spans: { span: ReadableSpan; sizeBytes: number }[] = [];
  #sizeBytes = 0;
  /** Counts spans that left at the front, so that a batch in flight knows how many of its own are gone. */
  #removed = 0;
  #failures = 0;
  #linger: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #wake = new AbortController();

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#endpoint = new URL("v1/traces", options.url);
  }

  /** Spans that the server has not accepted yet. */
  get length(): number {
    return this.#spans.length;
  }

  onStart(span: Span, parent: Context): void {
    const propagated = propagatedOf(parent);
    if (propagated === undefined) return;
    guarded("what is propagated could not be recorded", () => describeSpan(span, propagated));
  }

  onEnd(span: ReadableSpan): void {
    if (this.#stop.signal.aborted || (span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
    const sizeBytes = estimateBytes(span);
    this.#spans.push({ span, sizeBytes });
    this.#sizeBytes += sizeBytes;
    if (this.#spans.length > maxQueuedSpans || this.#sizeBytes > maxQueuedBytes) this.#dropOldest();
    if (this.#spans.length >= eagerSpans) this.#startSending();
    else this.#linger ??= setTimeout(() => this.#startSending(), lingerMs).unref();
  }

  /** Resolves when all that ended until now is accepted or given up. */
  async forceFlush(): Promise<void> {
    const target = this.#removed + this.#spans.length;
    while (this.#removed < target && !this.#stop.signal.aborted) {
      this.#wake.abort();
      this.#startSending();
      await this.#sending;
    }
  }

  /** For providers: delivers what it can within three seconds, then stops. */
  async shutdown(): Promise<void> {
    await settleWithin(this.forceFlush(), lastFlushMs);
    await this.stop();
  }

  /** Stops at once, whatever is still queued. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake.abort();
    clearTimeout(this.#linger);
    await this.#sending;
    this.#spans = [];
  }

  #dropOldest(): void {
    warnOnce(
      "spans-dropped",
      `${this.#options.url.origin} takes spans more slowly than they are made: the oldest are dropped, ${maxQueuedSpans} spans or ${maxQueuedBytes >> 20} MiB are kept`,
    );
    while (this.#spans.length > maxQueuedSpans || this.#sizeBytes > maxQueuedBytes) this.#removeFirst(1);
  }

  #removeFirst(count: number): void {
    for (const { sizeBytes } of this.#spans.splice(0, count)) this.#sizeBytes -= sizeBytes;
    this.#removed += count;
  }

  #startSending(): void {
    clearTimeout(this.#linger);
    this.#linger = undefined;
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
  }

  async #sendAll(): Promise<void> {
    while (this.#spans.length > 0 && !this.#stop.signal.aborted) {
      const batch = this.#firstBatch();
      const removedBefore = this.#removed;
      const outcome = await this.#send(batch);
      if (this.#stop.signal.aborted) return;
      if (outcome.kind === "retry") {
        this.#failures++;
        this.#wake = new AbortController();
        await pauseMs(retryDelayMs(this.#failures, outcome.retryAfter), this.#wake.signal);
        continue;
      }
      this.#failures = 0;
      this.#removeFirst(Math.max(0, batch.length - (this.#removed - removedBefore)));
    }
  }

  /** Stays in the queue until it is accepted, so that the oldest can still be dropped while the server is away. */
  #firstBatch(): ReadableSpan[] {
    const batch: ReadableSpan[] = [];
    let sizeBytes = 0;
    for (const queued of this.#spans) {
      sizeBytes += queued.sizeBytes;
      if (batch.length > 0 && (batch.length >= maxBatchSpans || sizeBytes > maxBatchBytes)) break;
      batch.push(queued.span);
    }
    return batch;
  }

  async #send(batch: readonly ReadableSpan[]): Promise<{ kind: "done" } | { kind: "retry"; retryAfter?: string }> {
    const json = guarded("spans could not be encoded", () => encodeSpans(batch));
    if (json === undefined) return { kind: "done" };
    let answer: HttpAnswer;
    try {
      answer = await sendRequest({
        method: "POST",
        url: this.#endpoint,
        headers: { ...this.#options.headers, "content-type": "application/json", "content-encoding": "gzip" },
        // Most of a span's CPU, though off the main thread; on prose level 1 saved a seventh of it for a tenth more bytes.
        body: await compress(json, { level: constants.Z_BEST_SPEED }),
        timeoutMs: requestTimeoutMs,
        signal: this.#stop.signal,
      });
    } catch (error) {
      // A kept-alive connection that has just been closed is no news: only the second failure in a row is.
      if (this.#failures > 0 && !this.#stop.signal.aborted)
        this.#warn(`${(error as Error).message}; it is tried again`);
      return { kind: "retry" };
    }
    if (answer.status >= 200 && answer.status < 300) {
      forgetWarning("spans-not-sent");
      warnOfRejectedSpans(answer.body);
      return { kind: "done" };
    }
    const retries = isWorthRetrying(answer.status) && !(answer.status === 500 && this.#failures + 1 >= maxServerErrors);
    this.#warn(`HTTP ${answer.status} ${answer.body.slice(0, 300)}${retries ? "; it is tried again" : ""}`);
    if (!retries) return { kind: "done" };
    const retryAfter = answer.headers["retry-after"];
    return retryAfter === undefined ? { kind: "retry" } : { kind: "retry", retryAfter };
  }

  #warn(reason: string): void {
    warnOnce("spans-not-sent", `spans cannot be sent to ${this.#endpoint.href}: ${reason}`);
  }
}

function warnOfRejectedSpans(body: string): void {
  if (!body.includes("rejectedSpans")) return;
  warnOnce("spans-rejected", `the server rejected some spans: ${body.slice(0, 500)}`);
}

/** Memory that the span holds, roughly: what is bounded is the large texts. */
function estimateBytes(span: ReadableSpan): number {
  let sizeBytes = 500;
  for (const key in span.attributes) sizeBytes += key.length + estimateValueBytes(span.attributes[key]);
  for (const event of span.events) {
    for (const value of Object.values(event.attributes ?? {})) sizeBytes += estimateValueBytes(value);
  }
  return sizeBytes;
}

function estimateValueBytes(value: AttributeValue | undefined): number {
  if (typeof value === "string") return value.length;
  return Array.isArray(value) ? value.reduce<number>((sum, item) => sum + 16 + estimateValueBytes(item), 16) : 8;
}

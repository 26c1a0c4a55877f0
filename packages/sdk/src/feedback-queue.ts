/** Judgements on their way to the server, one request each, a few at a time. */
import { randomUUID } from "node:crypto";
import type { FeedbackInput } from "./feedback.ts";
import { sendRequest } from "./http-request.ts";
import type { ClientOptions } from "./options.ts";
import { isWorthRetrying, pauseMs, retryDelayMs } from "./retry.ts";
import { warnOnce } from "./warn-once.ts";

const maxQueued = 1000;
const maxConcurrent = 4;
const maxAttempts = 6;
const requestTimeoutMs = 10_000;

export class FeedbackQueue {
  readonly #options: ClientOptions;
  readonly #endpoint: URL;
  readonly #stop = new AbortController();
  readonly #waiting: { feedback: FeedbackInput; settle: (accepted: boolean) => void }[] = [];
  readonly #pending = new Set<Promise<boolean>>();
  #active = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#endpoint = new URL("api/feedback", options.url);
  }

  get length(): number {
    return this.#pending.size;
  }

  /** Resolves `true` when the server has it, `false` when it was refused, given up after some minutes, or there is no room. */
  add(given: FeedbackInput): Promise<boolean> {
    if (this.#stop.signal.aborted || this.#pending.size >= maxQueued) {
      warnOnce("feedback-full", `feedback is lost: more than ${maxQueued} wait for ${this.#options.url.origin}`);
      return Promise.resolve(false);
    }
    // The id is made here, so that a retry after a lost answer replaces instead of counting twice.
    const feedback = { ...given, id: given.id ?? randomUUID() };
    const accepted = new Promise<boolean>((settle) => {
      this.#waiting.push({ feedback, settle });
    });
    this.#pending.add(accepted);
    void accepted.then(() => this.#pending.delete(accepted));
    this.#sendNext();
    return accepted;
  }

  async flush(): Promise<void> {
    await Promise.all(this.#pending);
  }

  /** What still waits is given up. */
  shutdown(): void {
    this.#stop.abort();
    for (const { settle } of this.#waiting.splice(0)) settle(false);
  }

  #sendNext(): void {
    while (this.#active < maxConcurrent) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#active++;
      void this.#deliver(next.feedback).then((accepted) => {
        this.#active--;
        next.settle(accepted);
        this.#sendNext();
      });
    }
  }

  async #deliver(feedback: FeedbackInput): Promise<boolean> {
    let lastReason = "";
    for (let attempt = 1; attempt <= maxAttempts && !this.#stop.signal.aborted; attempt++) {
      let retryAfter: string | undefined;
      try {
        const answer = await sendRequest({
          method: "POST",
          url: this.#endpoint,
          headers: { ...this.#options.headers, "content-type": "application/json" },
          body: JSON.stringify(feedback),
          timeoutMs: requestTimeoutMs,
          signal: this.#stop.signal,
        });
        if (answer.status >= 200 && answer.status < 300) return true;
        lastReason = `HTTP ${answer.status} ${answer.body.slice(0, 300)}`;
        if (!isWorthRetrying(answer.status)) break;
        retryAfter = answer.headers["retry-after"];
      } catch (error) {
        lastReason = (error as Error).message;
      }
      if (attempt < maxAttempts) await pauseMs(retryDelayMs(attempt, retryAfter), this.#stop.signal);
    }
    warnOnce("feedback-not-sent", `feedback "${feedback.key}" was not accepted: ${lastReason}`);
    return false;
  }
}

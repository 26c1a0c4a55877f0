/** Keeps the server's releases and rollouts at hand: polls, and asks at once when the event stream says that they changed. */
import type { SdkConfig, ServerEvent } from "@ratchet/protocol";
import type { ServedConfig } from "./choose-arm.ts";
import type { Client } from "./client.ts";
import { openResponse, sendRequest } from "./http-request.ts";
import { type CompiledPrompt, compilePrompt } from "./prompt-file.ts";
import { readConfig } from "./read-config.ts";
import { pauseMs, retryDelayMs } from "./retry.ts";
import { forgetWarning, warnOnce } from "./warn-once.ts";

const requestTimeoutMs = 5000;
const maxEventLength = 64 * 1024;

export class ConfigWatcher {
  /** Resolves with the first answer of the server, whatever it is. */
  readonly firstAnswer: Promise<void>;
  readonly #client: Client;
  #served: ServedConfig | undefined;
  #etag: string | undefined;
  /** Changed while it was being asked for: ask again. */
  #isStale = false;
  #wake = new AbortController();

  constructor(client: Client) {
    this.#client = client;
    client.stopped.addEventListener("abort", () => this.#wake.abort(), { once: true });
    this.firstAnswer = this.#refresh();
    void this.firstAnswer.then(() => this.#pollUntilStopped());
    void this.#followEventsUntilStopped();
  }

  /** The last known configuration, also while the server is away; `undefined` before the first. */
  get served(): ServedConfig | undefined {
    return this.#served;
  }

  async #pollUntilStopped(): Promise<void> {
    while (!this.#client.stopped.aborted) {
      if (!this.#isStale) await pauseMs(this.#client.options.pollIntervalMs, this.#wake.signal);
      if (this.#client.stopped.aborted) return;
      this.#isStale = false;
      this.#wake = new AbortController();
      await this.#refresh();
    }
  }

  async #refresh(): Promise<void> {
    const { url, headers } = this.#client.options;
    try {
      const answer = await sendRequest({
        method: "GET",
        url: new URL("api/sdk/config", url),
        headers: { ...headers, ...(this.#etag === undefined ? {} : { "if-none-match": this.#etag }) },
        timeoutMs: requestTimeoutMs,
        signal: this.#client.stopped,
      });
      if (answer.status === 304) return;
      if (answer.status !== 200) throw new Error(`HTTP ${answer.status} ${answer.body.slice(0, 300)}`);
      this.#served = await this.#serve(readConfig(answer.body));
      this.#etag = answer.headers.etag;
      forgetWarning("config");
    } catch (error) {
      if (this.#client.stopped.aborted) return;
      const instead = this.#served === undefined ? "the local prompt files serve" : "the last known prompts serve";
      warnOnce("config", `${url.origin} gives no prompts and rollouts, ${instead}: ${(error as Error).message}`);
    }
  }

  /** Whole or not at all: one prompt that cannot be read leaves the former configuration in place. */
  async #serve(config: SdkConfig): Promise<ServedConfig> {
    const prompts = new Map<string, CompiledPrompt>();
    for (const [key, { content }] of Object.entries(config.contents)) {
      const name = key.slice(0, key.lastIndexOf("@"));
      prompts.set(key, this.#served?.prompts.get(key) ?? (await compilePrompt(name, content, key)));
    }
    return { config, prompts };
  }

  async #followEventsUntilStopped(): Promise<void> {
    let failures = 0;
    while (!this.#client.stopped.aborted) {
      try {
        await this.#followEvents(() => {
          failures = 0;
        });
      } catch {
        // Polling goes on: the stream only makes it faster.
      }
      failures++;
      await pauseMs(retryDelayMs(failures, undefined), this.#client.stopped);
    }
  }

  async #followEvents(onOpen: () => void): Promise<void> {
    const { url, headers } = this.#client.options;
    const stream = await openResponse(
      { method: "GET", url: new URL("api/events", url), headers: { ...headers, accept: "text/event-stream" } },
      this.#client.stopped,
    );
    if (stream.statusCode !== 200) {
      stream.destroy();
      throw new Error(`HTTP ${stream.statusCode}`);
    }
    onOpen();
    let buffer = "";
    for await (const text of stream.setEncoding("utf8") as AsyncIterable<string>) {
      const lines = (buffer + text).split("\n");
      buffer = lines.pop() ?? "";
      if (buffer.length > maxEventLength) throw new Error("an event is too long");
      for (const line of lines) if (line.startsWith("data:") && isOfReleases(line.slice(5))) this.#askNow();
    }
  }

  #askNow(): void {
    this.#isStale = true;
    this.#wake.abort();
  }
}

function isOfReleases(data: string): boolean {
  try {
    const { type } = JSON.parse(data) as ServerEvent;
    return type === "release" || type === "rollout";
  } catch {
    return false;
  }
}

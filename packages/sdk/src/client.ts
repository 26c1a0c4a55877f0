/** The SDK's one running client: started by `init`, or by the environment at first use. */
import { context, type Tracer, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import {
  NoopSpanProcessor,
  ParentBasedSampler,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { attribute, projectHeader } from "@ratchet/protocol/attributes";
import { FeedbackQueue } from "./feedback-queue.ts";
import { guarded } from "./guarded.ts";
import { type ClientOptions, type InitOptions, resolveOptions } from "./options.ts";
import { settleWithin } from "./settle-within.ts";
import { SpanQueue } from "./span-queue.ts";
import { warnOnce } from "./warn-once.ts";

const exitFlushMs = 3000;
const defaultFlushMs = 10_000;
/** Foreign instrumentation records whole prompts; this bounds one of its attributes, in characters. */
const maxAttributeLength = 1024 * 1024;

/** `undefined` before first use, `null` when there is nowhere to send to. */
let current: Client | null | undefined;
const startListeners = new Set<(client: Client) => void>();

/**
 * Starts the SDK. Needed only to say more than `RATCHET_URL`, `RATCHET_API_KEY` and `RATCHET_PROJECT` say; calling it again
 * replaces the former client. Never throws.
 *
 * Spans join the OpenTelemetry provider that the application registered before, and go where that one sends them
 * (see {@link createSpanProcessor}); without one the SDK registers its own.
 */
export function init(options: InitOptions = {}): void {
  start(options, true);
}

/**
 * For applications with an OpenTelemetry provider of their own: give it this processor, and Ratchet sees all its spans.
 *
 * @example new NodeSDK({ spanProcessors: [createSpanProcessor()] }).start();
 */
export function createSpanProcessor(options: InitOptions = {}): SpanProcessor {
  return start(options, false)?.spanQueue ?? new NoopSpanProcessor();
}

/**
 * Resolves when the spans and feedback until now are delivered or given up, at the latest after `timeoutMs` (10,000). Never
 * rejects. A process that ends by itself flushes; one that ends by `process.exit` or a signal must await this first.
 */
export async function flush(options: { timeoutMs?: number } = {}): Promise<void> {
  await current?.flush(options.timeoutMs ?? defaultFlushMs);
}

/** Flushes and stops; afterwards everything is a no-op until `init`. Never rejects. */
export async function shutdown(options: { timeoutMs?: number } = {}): Promise<void> {
  const client = current;
  await client?.flush(options.timeoutMs ?? defaultFlushMs);
  if (current === client) current = null;
  await client?.stop();
}

/** `undefined` when nothing is configured: the caller then does nothing. */
export function currentClient(): Client | undefined {
  if (current === undefined) start({}, true);
  return current ?? undefined;
}

/** Calls back now if a client runs, and whenever one starts later. */
export function whenClientStarts(listener: (client: Client) => void): void {
  // Asked first: it may start the client, which must not call the listener twice.
  const client = currentClient();
  startListeners.add(listener);
  if (client !== undefined) listener(client);
}

function start(given: InitOptions, mayBringProvider: boolean): Client | undefined {
  const former = current;
  const options = guarded("the options could not be read", () => resolveOptions(given, process.env, projectHeader));
  // Set before the former stops, since its last flush must not start another.
  current = null;
  if (former) {
    former.releaseGlobals();
    void former.flush(exitFlushMs).then(() => former.stop());
  }
  if (options === undefined) return undefined;
  const client = new Client(options, mayBringProvider);
  current = client;
  for (const listener of startListeners) listener(client);
  return client;
}

export class Client {
  readonly options: ClientOptions;
  readonly spanQueue: SpanQueue;
  readonly feedbackQueue: FeedbackQueue;
  readonly tracer: Tracer;
  /** Whether the span queue sees spans start: if not, `traceable` writes what is propagated. */
  readonly observesSpans: boolean;
  readonly #stop = new AbortController();
  #ownsProvider: boolean;
  #ownsContext = false;
  #isContextSettled = false;
  #flushedAtExit = -1;

  constructor(options: ClientOptions, mayBringProvider: boolean) {
    this.options = options;
    this.spanQueue = new SpanQueue(options);
    this.feedbackQueue = new FeedbackQueue(options);
    if (mayBringProvider) this.settleContext();
    const provider = mayBringProvider ? createProvider(options, this.spanQueue) : undefined;
    this.#ownsProvider = provider !== undefined && trace.setGlobalTracerProvider(provider);
    this.observesSpans = this.#ownsProvider || !mayBringProvider;
    this.tracer = (this.#ownsProvider ? provider : trace)?.getTracer("@ratchet/sdk") as Tracer;
    if (!this.observesSpans) warnOfForeignProvider();
    process.on("beforeExit", this.#flushAtExit);
  }

  /** Aborts when the client stops: polls and streams end with it. */
  get stopped(): AbortSignal {
    return this.#stop.signal;
  }

  /**
   * Brings a context manager where there is none. After `createSpanProcessor` not before the first traced call: the
   * application may register its own in between.
   */
  settleContext(): void {
    if (this.#isContextSettled) return;
    this.#isContextSettled = true;
    this.#ownsContext = context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  }

  async flush(timeoutMs: number): Promise<void> {
    await settleWithin(Promise.all([this.spanQueue.forceFlush(), this.feedbackQueue.flush()]), timeoutMs);
  }

  async stop(): Promise<void> {
    process.off("beforeExit", this.#flushAtExit);
    this.#stop.abort();
    this.feedbackQueue.shutdown();
    this.releaseGlobals();
    await this.spanQueue.stop();
  }

  /** So that the next provider, ours or the application's, can register. */
  releaseGlobals(): void {
    if (this.#ownsProvider) trace.disable();
    if (this.#ownsContext) context.disable();
    this.#ownsProvider = false;
    this.#ownsContext = false;
  }

  /** Once for what is there: a server that is away must not hold the process for ever. */
  readonly #flushAtExit = () => {
    const waiting = this.spanQueue.length + this.feedbackQueue.length;
    if (waiting === 0 || waiting === this.#flushedAtExit) return;
    this.#flushedAtExit = waiting;
    void this.flush(exitFlushMs);
  };
}

function createProvider(options: ClientOptions, spanQueue: SpanQueue): TracerProvider {
  const described = resourceFromAttributes({
    ...(options.serviceName === undefined ? {} : { "service.name": options.serviceName }),
    ...(options.release === undefined ? {} : { "service.version": options.release }),
    ...(options.environment === undefined ? {} : { "deployment.environment.name": options.environment }),
    ...(options.project === undefined ? {} : { [attribute.project]: options.project }),
  });
  return new TracerProvider({
    resource: defaultResource()
      .merge(detectResources({ detectors: [envDetector] }))
      .merge(described),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(options.sampleRate) }),
    spanLimits: { attributeValueLengthLimit: maxAttributeLength },
    spanProcessors: [spanQueue],
  });
}

function warnOfForeignProvider(): void {
  // Its exporter may well lead to Ratchet.
  if (process.env.OTEL_EXPORTER_OTLP_ENDPOINT || process.env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) return;
  warnOnce(
    "foreign-provider",
    "this application has an OpenTelemetry provider of its own: add createSpanProcessor() from @ratchet/sdk to its span processors, or nothing arrives here",
  );
}

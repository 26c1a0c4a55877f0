/** Follows what a traced function returned until it is over, without changing what the caller sees. */

import { types } from "node:util";
import { type Context, context, type Span } from "@opentelemetry/api";
import { guarded } from "./guarded.ts";
import { recordError, recordOutput } from "./record-payload.ts";

/** One call between its start and its end. */
export class TracedCall {
  readonly #span: Span;
  readonly #context: Context;
  readonly #options: { outputs?: (output: never) => unknown; kind?: string };
  readonly #startedAtMs = performance.now();
  #isOver = false;

  constructor(span: Span, callContext: Context, options: { outputs?: (output: never) => unknown; kind?: string }) {
    this.#span = span;
    this.#context = callContext;
    this.#options = options;
  }

  /** Inside the call's context: spans that start there are its children. */
  run<Result>(fn: () => Result): Result {
    return context.with(this.#context, fn);
  }

  /** When the first piece of a stream arrives. */
  markFirstChunk(): void {
    if (this.#options.kind !== "llm") return;
    this.#span.setAttribute("gen_ai.response.time_to_first_chunk", (performance.now() - this.#startedAtMs) / 1000);
  }

  succeed(output: unknown): void {
    const { outputs } = this.#options;
    this.#end(() => {
      const chosen = outputs && guarded("an `outputs` function failed", () => outputs(output as never));
      recordOutput(this.#span, outputs === undefined ? output : chosen, "returned");
    });
  }

  fail(error: unknown, partialOutput?: unknown): void {
    this.#end(() => {
      recordError(this.#span, error);
      recordOutput(this.#span, partialOutput, "returned");
    });
  }

  #end(record: () => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    guarded("a result could not be recorded", record);
    this.#span.end();
  }
}

/** Ends the call now, or when the promise, generator or stream that it returned is over. Never throws. */
export function observeResult(result: unknown, call: TracedCall): unknown {
  const followed = guarded("a result could not be followed", () => ({ result: follow(result, call) }));
  if (followed !== undefined) return followed.result;
  call.succeed(undefined);
  return result;
}

function follow(result: unknown, call: TracedCall): unknown {
  if (types.isPromise(result)) return observePromise(result, call);
  if (types.isGeneratorObject(result)) return observeGenerator(result, call);
  // One that is locked has its reader already, which nobody may stand before.
  if (result instanceof ReadableStream && !result.locked) return observeStream(result, call);
  // Other thenables start their work when `then` is called (query builders do): recording must not.
  call.succeed(isThenable(result) ? undefined : result);
  return result;
}

/**
 * An `async` function's promise is replaced by one that may carry an observed stream. A subclass (such as the OpenAI client's,
 * with further methods) is returned as it is.
 */
function observePromise(promise: Promise<unknown>, call: TracedCall): Promise<unknown> {
  const settled = promise.then(
    (value) => (promise.constructor === Promise ? observeResult(value, call) : call.succeed(value)),
    (error) => {
      call.fail(error);
      throw error;
    },
  );
  if (promise.constructor === Promise) return settled;
  // The caller holds the original, whose rejection is the caller's to handle.
  settled.catch(() => {});
  return promise;
}

type AnyGenerator = Generator<unknown, unknown, unknown> | AsyncGenerator<unknown, unknown, unknown>;
type Step = IteratorResult<unknown, unknown>;

const iteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf(function* () {}.prototype));
const asyncIteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}.prototype));

/** Every step runs in the call's context, so that what the body starts is its child wherever the consumer is. */
function observeGenerator(source: AnyGenerator, call: TracedCall): unknown {
  const chunks = new ChunkCollector(call);
  const note = (step: Step): Step => {
    if (step.done) call.succeed(chunks.isEmpty ? step.value : chunks.output);
    else chunks.add(step.value);
    return step;
  };
  const fail = (error: unknown): never => {
    call.fail(error, chunks.output);
    throw error;
  };
  const advance = (resume: () => Step | Promise<Step>): Step | Promise<Step> => {
    try {
      const step = call.run(resume);
      return step instanceof Promise ? step.then(note, fail) : note(step);
    } catch (error) {
      return fail(error);
    }
  };
  return Object.assign(Object.create(Symbol.asyncIterator in source ? asyncIteratorPrototype : iteratorPrototype), {
    next: (...sent: [] | [unknown]) => advance(() => source.next(...sent)),
    return: (value: unknown) => advance(() => source.return(value)),
    throw: (error: unknown) => advance(() => source.throw(error)),
  });
}

/** Pulls only when its reader pulls: back-pressure stays what it was. */
function observeStream(source: ReadableStream<unknown>, call: TracedCall): ReadableStream<unknown> {
  const chunks = new ChunkCollector(call);
  const reader = source.getReader();
  return new ReadableStream<unknown>(
    {
      async pull(controller) {
        try {
          const { done, value } = await call.run(() => reader.read());
          if (done) {
            call.succeed(chunks.output);
            controller.close();
          } else {
            chunks.add(value);
            controller.enqueue(value);
          }
        } catch (error) {
          call.fail(error, chunks.output);
          throw error;
        }
      },
      async cancel(reason) {
        call.succeed(chunks.output);
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

const maxChunks = 10_000;
const maxTextLength = 1024 * 1024;

/** What came through: one text when all pieces are text or bytes, else the list. Bounded; what comes later is not kept. */
class ChunkCollector {
  readonly #call: TracedCall;
  readonly #chunks: unknown[] = [];
  readonly #decoder = new TextDecoder();
  #text = "";
  #isText = true;

  constructor(call: TracedCall) {
    this.#call = call;
  }

  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  get output(): unknown {
    return this.#isText && !this.isEmpty ? this.#text : this.#chunks;
  }

  add(chunk: unknown): void {
    if (this.isEmpty) this.#call.markFirstChunk();
    if (this.#chunks.length < maxChunks) this.#chunks.push(chunk);
    this.#isText &&= typeof chunk === "string" || chunk instanceof Uint8Array;
    if (!this.#isText || this.#text.length > maxTextLength) return;
    this.#text += chunk instanceof Uint8Array ? this.#decoder.decode(chunk, { stream: true }) : chunk;
  }
}

function isThenable(value: unknown): boolean {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

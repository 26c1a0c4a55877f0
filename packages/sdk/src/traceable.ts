/** `traceable`: a function becomes a span. */
import { type Attributes, context, SpanKind as OtelSpanKind, type Span, trace } from "@opentelemetry/api";
import { isTracingSuppressed } from "@opentelemetry/core";
import { attribute, type SpanKind } from "@ratchet/protocol/attributes";
import { type Client, currentClient } from "./client.ts";
import { guarded } from "./guarded.ts";
import { observeResult, TracedCall } from "./observe-result.ts";
import { describeSpan, propagatedOf } from "./propagate.ts";
import { recordInput } from "./record-payload.ts";
import { addTagsTo, type MetadataValue, metadataAttributes } from "./span-metadata.ts";
import { traceScopeOf, withTraceScope } from "./trace-scope.ts";

// biome-ignore lint/suspicious/noExplicitAny: any function can be traced, and `never` or `unknown` would refuse some.
type AnyFunction = (...args: any[]) => any;

/** What a call gave in the end: what it returned or resolved to; of generators and streams all items, text joined. */
type Output<Result> = Result extends Generator<infer Item> | AsyncGenerator<infer Item> | ReadableStream<infer Item>
  ? Item extends string | Uint8Array
    ? string
    : Item[]
  : Awaited<Result>;

export interface TraceableOptions<Fn extends AnyFunction = AnyFunction> {
  /** The function's own name when absent. */
  name?: string;
  /** `chain` when absent. */
  kind?: SpanKind;
  tags?: readonly string[];
  metadata?: Readonly<Record<string, MetadataValue>>;
  /** What to record as input, instead of the only argument or the list of them. */
  inputs?: (...args: Parameters<Fn>) => unknown;
  /** What to record as output, instead of the result. */
  outputs?: (output: Output<ReturnType<Fn>>) => unknown;
}

type Method<This, Args extends unknown[], Result> = (this: This, ...args: Args) => Result;
interface Decorator {
  <This, Args extends unknown[], Result>(
    method: Method<This, Args, Result>,
    context: ClassMethodDecoratorContext<This, Method<This, Args, Result>>,
  ): Method<This, Args, Result>;
  /** Under TypeScript's `experimentalDecorators`. */
  (prototype: object, name: string | symbol, descriptor: PropertyDescriptor): void;
}

/**
 * Records every call of a function as a span below the span that is running: input, output, duration, error. The function
 * behaves as before: same type, same `this`, errors rethrown. A promise is recorded when it settles; a generator or
 * `ReadableStream`, returned or resolved to, when it ends.
 *
 * @example
 * const answer = traceable(async (question: string) => …, { name: "answer", kind: "agent" });
 * @example
 * class Bot { @traceable({ kind: "tool" }) async search(query: string) { … } }
 */
export function traceable<This, Args extends unknown[], Result>(
  method: Method<This, Args, Result>,
  context: ClassMethodDecoratorContext<This, Method<This, Args, Result>>,
): Method<This, Args, Result>;
export function traceable(prototype: object, name: string | symbol, descriptor: PropertyDescriptor): void;
export function traceable<Fn extends AnyFunction>(fn: Fn, options?: TraceableOptions<Fn>): Fn;
export function traceable(options: TraceableOptions): Decorator;
export function traceable(
  target: AnyFunction | TraceableOptions,
  second?: ClassMethodDecoratorContext | string | symbol | TraceableOptions,
  descriptor?: PropertyDescriptor,
): unknown {
  if (isPlaceOfMethod(second)) return decorate(target as AnyFunction, second, descriptor, {});
  if (typeof target === "function") return wrap(target, second ?? {});
  return (method: AnyFunction, place: PlaceOfMethod, itsDescriptor?: PropertyDescriptor) =>
    decorate(method, place, itsDescriptor, target);
}

/** A TC39 decorator's context, or the name that TypeScript's `experimentalDecorators` give. */
type PlaceOfMethod = ClassMethodDecoratorContext | string | symbol;

function decorate(
  method: AnyFunction,
  place: PlaceOfMethod,
  descriptor: PropertyDescriptor | undefined,
  options: TraceableOptions,
): AnyFunction | undefined {
  if (typeof place === "object") return wrap(method, { name: String(place.name), ...options });
  if (typeof descriptor?.value === "function") {
    descriptor.value = wrap(descriptor.value, { name: String(place), ...options });
  }
  return undefined;
}

function isPlaceOfMethod(second: PlaceOfMethod | TraceableOptions | undefined): second is PlaceOfMethod {
  return (
    typeof second === "string" || typeof second === "symbol" || (second !== undefined && "addInitializer" in second)
  );
}

function wrap(fn: AnyFunction, options: TraceableOptions): AnyFunction {
  const name = options.name ?? (fn.name || "anonymous");
  const fixed = fixedAttributes(name, options);
  const kind = options.kind === "llm" ? OtelSpanKind.CLIENT : OtelSpanKind.INTERNAL;
  function traced(this: unknown, ...args: unknown[]): unknown {
    const client = currentClient();
    client?.settleContext();
    const active = context.active();
    if (client === undefined || isTracingSuppressed(active)) return fn.apply(this, args);

    const call = guarded("a call could not be traced", () => {
      const span = client.tracer.startSpan(name, { kind, attributes: fixed }, active);
      describe(client, span, options, args);
      const scoped = traceScopeOf(active) ? active : withTraceScope(active, { root: span, pinned: undefined });
      return new TracedCall(span, trace.setSpan(scoped, span), options);
    });
    if (call === undefined) return fn.apply(this, args);
    let result: unknown;
    try {
      result = call.run(() => fn.apply(this, args));
    } catch (error) {
      call.fail(error);
      throw error;
    }
    return observeResult(result, call);
  }
  return Object.defineProperties(Object.assign(traced, fn), {
    name: { value: fn.name, configurable: true },
    length: { value: fn.length, configurable: true },
  });
}

function describe(client: Client, span: Span, options: TraceableOptions, args: unknown[]): void {
  if (!span.isRecording()) return;
  if (options.tags !== undefined) addTagsTo(span, options.tags);
  const propagated = client.observesSpans ? undefined : propagatedOf(context.active());
  if (propagated !== undefined) describeSpan(span, propagated);
  const { inputs } = options;
  if (inputs !== undefined)
    recordInput(
      span,
      guarded("an `inputs` function failed", () => inputs(...args)),
    );
  else if (args.length > 0) recordInput(span, args.length === 1 ? args[0] : args);
}

/** OpenTelemetry's word for what a span of that kind does. */
const operationNames: Partial<Record<SpanKind, string>> = {
  agent: "invoke_agent",
  llm: "chat",
  tool: "execute_tool",
  retriever: "retrieval",
  embedding: "embeddings",
};

function fixedAttributes(name: string, options: TraceableOptions): Attributes {
  const kind = options.kind ?? "chain";
  const operation = operationNames[kind];
  return {
    [attribute.kind]: kind,
    ...(operation === undefined ? {} : { "gen_ai.operation.name": operation }),
    ...(kind === "tool" ? { "gen_ai.tool.name": name } : {}),
    ...(kind === "agent" ? { "gen_ai.agent.name": name } : {}),
    ...metadataAttributes(options.metadata ?? {}),
  };
}

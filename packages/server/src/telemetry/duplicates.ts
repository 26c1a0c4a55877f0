/**
 * Two instrumentations may report one model call, each with a span of its own. The span that is stored later is marked
 * as a duplicate of the first, and counts in no sum. Kept in memory: after a restart, calls of a trace that was begun
 * before are unknown, so a call of which one span came before the restart and one after counts twice.
 */
import type { Span } from "./span.ts";
import { createTraceMemory } from "./trace-memory.ts";

/** Facts that are remembered at most, some 300 bytes each; two or three a call. */
const maxRemembered = 200_000;

/** What is compared; {@link Span.duplicateOf} is the verdict that was given. */
type Compared = Pick<Span, "spanId" | "parentSpanId" | "startMicros" | "endMicros" | "model" | "responseId" | "usage">;
interface Call extends Compared {
  duplicateOf: string | null;
  /** False while it is on its way. */
  isStored: boolean;
}

export function createDuplicateFinder() {
  /** A call by its span, the first by its answer, and the first below a span. */
  const memory = createTraceMemory<Call>(maxRemembered);

  function findFirst(span: Span): string | null {
    const { responseId, parentSpanId } = span;
    const sameAnswer = responseId === null ? undefined : memory.get(span, answerKey(responseId));
    const parent = parentSpanId === null ? undefined : memory.get(span, parentSpanId);
    const call =
      sameAnswer ?? [parent, memory.get(span, belowKey(span))].find((near) => near && isSameWork(near, span));
    const first = call?.duplicateOf ?? call?.spanId ?? null;
    return first === span.spanId ? null : first;
  }

  return {
    /**
     * The span with its verdict. A copy of a span that was judged before gets the same again. Spans are known from here
     * on, so that batches on their way at once know of each other: tell by {@link settle} what came of them.
     */
    judge(span: Span): Span {
      if (!isCall(span)) return span;
      const known = memory.get(span, span.spanId);
      const duplicateOf = known ? known.duplicateOf : findFirst(span);
      const { spanId, parentSpanId, startMicros, endMicros, model, responseId, usage } = span;
      const compared = { spanId, parentSpanId, startMicros, endMicros, model, responseId, usage };
      const call = { ...compared, duplicateOf, isStored: known?.isStored ?? false };
      for (const key of listKeys(call)) {
        const holder = memory.get(span, key);
        if (holder === undefined || holder.spanId === spanId) memory.set(span, key, call);
      }
      return duplicateOf === null ? span : { ...span, duplicateOf };
    },

    /** A span that could not be stored is forgotten, unless an earlier copy of it is there. */
    settle(span: Span, isStored: boolean): void {
      const call = memory.get(span, span.spanId);
      if (!call) return;
      call.isStored ||= isStored;
      if (call.isStored) return;
      for (const key of listKeys(call)) {
        if (memory.get(span, key)?.spanId === span.spanId) memory.set(span, key, undefined);
      }
    },

    forget: memory.forget,
  };
}

function listKeys({ spanId, parentSpanId, responseId }: Compared): string[] {
  const keys = [spanId];
  if (parentSpanId !== null) keys.push(belowKey({ spanId: parentSpanId }));
  if (responseId !== null) keys.push(answerKey(responseId));
  return keys;
}

function belowKey({ spanId }: Pick<Span, "spanId">): string {
  return `below ${spanId}`;
}

function answerKey(responseId: string): string {
  return `answer ${responseId}`;
}

/** What has neither ended nor used anything adds nothing that could be counted twice. */
function isCall({ kind, status, usage, costUsd }: Span): boolean {
  return (
    (kind === "llm" || kind === "embedding" || kind === "reranker") &&
    status !== "running" &&
    (usage !== null || costUsd !== null)
  );
}

/** A wrapper and what it wraps. Two answers with an id each are two calls, whatever they have in common. */
function isSameWork(one: Compared, other: Compared): boolean {
  if (one.responseId !== null && other.responseId !== null) return false;
  const [parent, child] = one.spanId === other.parentSpanId ? [one, other] : [other, one];
  return (
    child.parentSpanId === parent.spanId &&
    child.startMicros >= parent.startMicros &&
    // The client's own span of a stream ends some microseconds after that of who reads the stream.
    child.startMicros <= parent.endMicros &&
    one.model === other.model &&
    one.usage !== null &&
    one.usage.inputTokens === other.usage?.inputTokens &&
    one.usage.outputTokens === other.usage?.outputTokens
  );
}

/** What every span below carries: the conversation, the person, the rollout's unit, tags and metadata. */
import { type Context, context, createContextKey, type Span, trace } from "@opentelemetry/api";
import { attribute } from "@ratchet/protocol/attributes";
import { guarded } from "./guarded.ts";
import { addTagsTo, type MetadataValue, mergeTags, metadataAttributes } from "./span-metadata.ts";

/** What is absent or `undefined` stays as the enclosing call said. */
export interface Propagated {
  /** The conversation or thread that the work belongs to. */
  sessionId?: string | undefined;
  /** Whom it serves. */
  userId?: string | undefined;
  /** What a rollout keeps in one arm; the session, else the user, else the trace, when absent. */
  unit?: string | undefined;
  tags?: readonly string[] | undefined;
  metadata?: Readonly<Record<string, MetadataValue>> | undefined;
}

const propagatedKey = createContextKey("ratchet.propagated");

/**
 * Runs `fn`; the current span and every span started inside carry these attributes. Nested calls add to the outer ones.
 *
 * @example await propagate({ sessionId: "acme/app#7", userId: "ada" }, () => answer(question));
 */
export function propagate<Result>(propagated: Propagated, fn: () => Result): Result {
  const active = context.active();
  const merged = guarded("what is propagated could not be recorded", () => {
    const all = merge(propagatedOf(active) ?? {}, propagated);
    const span = trace.getSpan(active);
    if (span !== undefined) describeSpan(span, all);
    return all;
  });
  return context.with(merged === undefined ? active : active.setValue(propagatedKey, merged), fn);
}

/** What the enclosing `propagate` calls said. */
export function propagatedOf(active: Context): Propagated | undefined {
  return active.getValue(propagatedKey) as Propagated | undefined;
}

/** Writes it on one span. */
export function describeSpan(span: Span, propagated: Propagated): void {
  if (propagated.sessionId !== undefined) span.setAttribute(attribute.session, propagated.sessionId);
  if (propagated.userId !== undefined) span.setAttribute(attribute.user, propagated.userId);
  if (propagated.tags !== undefined) addTagsTo(span, propagated.tags);
  if (propagated.metadata !== undefined) span.setAttributes(metadataAttributes(propagated.metadata));
}

function merge(outer: Propagated, inner: Propagated): Propagated {
  return {
    sessionId: inner.sessionId ?? outer.sessionId,
    userId: inner.userId ?? outer.userId,
    unit: inner.unit ?? outer.unit,
    tags: mergeTags(outer.tags, inner.tags),
    metadata: { ...outer.metadata, ...inner.metadata },
  };
}

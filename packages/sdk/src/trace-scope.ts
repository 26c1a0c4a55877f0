/** What all spans of one trace in this process share: the outermost traced call, and the arm that was chosen for it. */
import { type Context, createContextKey, type Span } from "@opentelemetry/api";
import type { PinnedConfig } from "./choose-arm.ts";

export interface TraceScope {
  /** The local root: carries the release and exposure of the whole trace. */
  root: Span;
  /** Chosen at the first prompt that the trace reads, and never again; `null` where the server had not answered by then. */
  pinned: PinnedConfig | null | undefined;
}

const scopeKey = createContextKey("ratchet.trace-scope");

export function traceScopeOf(active: Context): TraceScope | undefined {
  return active.getValue(scopeKey) as TraceScope | undefined;
}

export function withTraceScope(active: Context, scope: TraceScope): Context {
  return active.setValue(scopeKey, scope);
}

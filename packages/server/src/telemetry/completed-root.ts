/** A root span that has ended: what detectors and rollouts are told of a trace. */
import type { Exposure } from "@ratchet/protocol";
import { fromMicros } from "../micros.ts";
import type { ProjectScope } from "../router.ts";
import type { Span } from "./span.ts";

export interface CompletedRoot {
  traceId: string;
  spanId: string;
  name: string;
  /** ISO 8601 in UTC. */
  startTime: string;
  durationMs: number;
  status: "ok" | "error";
  userId: string | null;
  sessionId: string | null;
  release: string | null;
  exposure: Exposure | null;
}

/** Called after the spans are durable; again for the same root when a client sends it again. Must not throw. */
export type OnCompleted = (project: ProjectScope, roots: CompletedRoot[]) => void;

/** `null` for spans below the root, for roots that still run, and for runs of evals, which are no part of production. */
export function toCompletedRoot(span: Span): CompletedRoot | null {
  const { traceId, spanId, name, status, userId, sessionId, release, exposure } = span;
  if (span.parentSpanId !== null || status === "running" || span.kind === "evaluator") return null;
  return {
    traceId,
    spanId,
    name,
    startTime: fromMicros(span.startMicros),
    durationMs: (span.endMicros - span.startMicros) / 1000,
    status,
    userId,
    sessionId,
    release,
    exposure,
  };
}

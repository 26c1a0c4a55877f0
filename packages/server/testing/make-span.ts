/** A span as conventions leave it, for tests of what comes after them. */
import type { Span } from "../src/telemetry/span.ts";
import { newSpanId, newTraceId } from "./otlp-export.ts";

const startMicros = Date.UTC(2026, 10, 24, 4) * 1000;

/** A model call of a millisecond that says nothing else; the facts replace what it has. */
export function makeSpan(facts: Partial<Span>): Span {
  return {
    ...{
      project: { id: 1, slug: "default" },
      traceId: newTraceId(),
      spanId: newSpanId(),
      parentSpanId: null,
      name: "chat",
      kind: "llm",
    },
    ...{ status: "ok", statusMessage: "", environment: "", release: null, startMicros, endMicros: startMicros + 1000 },
    ...{ model: null, provider: null, responseId: null, usage: null, costUsd: null, costSource: null },
    ...{ timeToFirstTokenMs: null, duplicateOf: null, scope: "", conventions: [], userId: null, sessionId: null },
    ...{ tags: [], prompt: null, exposure: null, attributes: {}, events: [], input: [], output: [] },
    ...{ attachments: [], inputBytes: 0, outputBytes: 0 },
    ...facts,
  };
}

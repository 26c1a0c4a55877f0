/** Traces of an application over a week: most of 6 spans, some of 200, each with a text of its own. */
import { encodeSpans, newSpanId, newTraceId, type TestSpan } from "../packages/server/testing/otlp-export.ts";
import { writeWords } from "./corpora.ts";

const weekMs = 7 * 24 * 3600 * 1000;
const spansPerTrace = 6;
/** UTF-8 bytes of input and output a span. */
export const textBytes = 1600;
const spansPerLargeTrace = 200;
/** One in so many bodies begins with a large trace. */
const bodiesPerLargeTrace = 25;
/** Traces that follow each other in a conversation. */
const tracesPerSession = 12;
const names = ["answer", "triage", "summarise", "route", "review"];
const models = ["gpt-4o-mini", "gpt-4o", "claude-sonnet-4-5"];

const texts = writeWords(textBytes / 2);

export interface Body {
  bytes: Uint8Array<ArrayBuffer>;
  spans: number;
  /** Ids of its traces of 200 spans. */
  large: string[];
}

/** The `index`-th of `count` bodies of about 2,000 spans: together they fill the week that ends now, in order. */
export function createBody(index: number, count: number): Body {
  const startMs = Date.now() - weekMs * (1 - index / count);
  const traceCount = Math.round(2000 / spansPerTrace);
  const isWithLarge = index % bodiesPerLargeTrace === 0;
  const traces = Array.from({ length: traceCount }, (_, at) =>
    createTrace(
      startMs + (at * weekMs) / count / traceCount,
      index * traceCount + at,
      isWithLarge && at === 0 ? spansPerLargeTrace : spansPerTrace,
    ),
  );
  return {
    bytes: encodeSpans(traces.flat(), "protobuf"),
    spans: traces.flat().length,
    large: isWithLarge ? [traces[0]?.[0]?.traceId ?? ""] : [],
  };
}

function createTrace(startMs: number, number: number, spanCount: number): TestSpan[] {
  const traceId = newTraceId();
  const rootId = newSpanId();
  const model = models[number % models.length] ?? "";
  return Array.from({ length: spanCount }, (_, index) => ({
    traceId,
    spanId: index === 0 ? rootId : newSpanId(),
    ...(index > 0 && { parentSpanId: rootId }),
    name: index === 0 ? (names[number % names.length] ?? "") : `step ${index}`,
    startMs: startMs + index,
    durationMs: index === 0 ? spanCount + 2000 : 50 + Math.random() * 1000,
    ...(number % 50 === 0 && index < 2 && { error: "the tool did not answer" }),
    attributes: {
      "gen_ai.operation.name": index === 0 ? "invoke_agent" : index % 2 === 1 ? "chat" : "execute_tool",
      ...(index % 2 === 1 && {
        "gen_ai.request.model": model,
        "gen_ai.usage.input_tokens": 900,
        "gen_ai.usage.output_tokens": 90,
      }),
      "ratchet.input": texts.next().value,
      "ratchet.output": texts.next().value,
      "ratchet.metadata.repo": "acme/app",
      "session.id": `acme/app#${Math.floor(number / tracesPerSession)}`,
    },
  }));
}

/** Telemetry like an application's: traces of six spans, 1.6 KB of text a span that does not repeat. */
import { randomBytes } from "node:crypto";
import { encodeSpans, newSpanId, newTraceId, type TestSpan } from "../packages/server/testing/otlp-export.ts";

export const spansPerTrace = 6;
/** UTF-8 bytes of input and output a span. */
export const textBytes = 1600;

/** Few words are common and many are rare, as in any language. */
const words = Array.from({ length: 20_000 }, () => randomBytes(4).toString("base64url").toLowerCase());

function writeText(sizeBytes: number): string {
  let text = "";
  while (text.length < sizeBytes) text += `${words[Math.floor(words.length * Math.random() ** 4)]} `;
  return text.slice(0, sizeBytes);
}

function createTrace(startMs: number): TestSpan[] {
  const traceId = newTraceId();
  const rootId = newSpanId();
  return Array.from({ length: spansPerTrace }, (_, index) => ({
    traceId,
    spanId: index === 0 ? rootId : newSpanId(),
    ...(index > 0 && { parentSpanId: rootId }),
    name: index === 0 ? "answer" : `step ${index}`,
    startMs: startMs + index,
    durationMs: 50 + Math.random() * 1000,
    attributes: {
      "gen_ai.operation.name": index % 2 === 1 ? "chat" : "invoke_agent",
      "gen_ai.request.model": "gpt-4o-mini",
      "gen_ai.usage.input_tokens": 900,
      "gen_ai.usage.output_tokens": 90,
      "ratchet.input": writeText(textBytes / 2),
      "ratchet.output": writeText(textBytes / 2),
      "ratchet.metadata.repo": "acme/app",
      "session.id": `acme/app#${Math.floor(startMs) % 997}`,
    },
  }));
}

/** Bodies of about `spansPerBody` spans; the traces in them start evenly over the last week. */
export function createBodies(count: number, spansPerBody: number): Uint8Array<ArrayBuffer>[] {
  const weekMs = 7 * 24 * 3600 * 1000;
  return Array.from({ length: count }, (_, index) => {
    const startMs = Date.now() - weekMs * (1 - index / count);
    const traces = Array.from({ length: Math.max(1, Math.round(spansPerBody / spansPerTrace)) }, (_, trace) =>
      createTrace(startMs + trace),
    );
    return encodeSpans(traces.flat(), "protobuf");
  });
}

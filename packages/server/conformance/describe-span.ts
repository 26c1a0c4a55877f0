/** A span → the form in which cases expect it. */
import { attribute, type Payload, type SpanDetail, type SpanSummary } from "@ratchet/protocol";
import type { Span } from "../src/telemetry/span.ts";
import type { ExpectedSpan } from "./case.ts";

/** As it is read of what was sent. Whether it counts is decided where it is stored, and left out. */
export function describeSpan(span: Span): ExpectedSpan {
  return leaveOutEmpty({
    ...describeCore(span),
    usage: span.usage && leaveOutEmpty(span.usage),
    responseId: span.responseId,
    finishReason: span.attributes[attribute.finishReason],
    sessionId: span.sessionId,
    userId: span.userId,
    tags: span.tags,
    metadata: readMetadata(span.attributes),
    environment: span.environment,
    release: span.release,
    ...describeTexts(span),
  });
}

/** As the API gives it in a trace: {@link summaryFields}. */
export function describeSummary(span: SpanSummary): Partial<ExpectedSpan> {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens } = span;
  const usage = { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens };
  return leaveOutEmpty({
    ...describeCore(span),
    counts: ["llm", "embedding", "reranker"].includes(span.kind) && span.duplicateOf === null,
    usage: inputTokens === null && outputTokens === null ? null : leaveOutEmpty(usage),
  });
}

/** What was said, of a span as it was read or as the API gives it: {@link textFields}. */
export function describeTexts({ input, output }: Span | SpanDetail): Partial<ExpectedSpan> {
  return leaveOutEmpty({ input: input.map(describeMessage), output: output.map(describeMessage) });
}

export const summaryFields = [
  "name",
  "kind",
  "counts",
  "status",
  "statusMessage",
  "model",
  "provider",
  "usage",
  "costUsd",
  "timeToFirstTokenMs",
  "prompt",
] as const satisfies readonly (keyof ExpectedSpan)[];
export const textFields = ["input", "output"] as const satisfies readonly (keyof ExpectedSpan)[];

function describeCore(span: Span | SpanSummary) {
  const { name, kind, status, statusMessage, model, provider, costUsd, timeToFirstTokenMs, prompt } = span;
  return {
    name,
    kind,
    status: status === "ok" ? null : status,
    statusMessage,
    model,
    provider,
    costUsd: span.costSource === "client" ? costUsd : null,
    timeToFirstTokenMs: timeToFirstTokenMs === null ? null : Math.round(timeToFirstTokenMs),
    prompt,
  };
}

function readMetadata(attributes: Record<string, string>): Record<string, string> {
  const { metadata } = attribute;
  const entries = Object.entries(attributes).filter(([key]) => key.startsWith(metadata));
  return Object.fromEntries(entries.map(([key, value]) => [key.slice(metadata.length), value]));
}

function describeMessage({ role, content }: Payload): { role: string; content: unknown } {
  if (!/^[[{]/.test(content)) return { role, content };
  try {
    return { role, content: JSON.parse(content) };
  } catch {
    return { role, content };
  }
}

function leaveOutEmpty<Described extends object>(object: object): Described {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => !isEmpty(value))) as Described;
}

function isEmpty(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return value === null || value === undefined || value === 0 || value === "" || value === false;
}

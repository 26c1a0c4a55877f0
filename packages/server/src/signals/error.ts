import type { Evidence, ExaminedSpan, Finding } from "./evidence.ts";

const maxMessageLength = 300;

/**
 * A technical error that reached the caller. Severity 3 when the root itself failed; 2 when it ended well by its own
 * account, but gave nothing back after a span failed. A failed span that was retried or worked around is no signal.
 */
export function detectError({ root, spans }: Evidence): Finding | undefined {
  const failed = spans.filter((span) => span.status === "error");
  if (root.status === "error") {
    const origin = findOrigin(failed);
    const isOwn = origin === undefined || origin.spanId === root.spanId;
    const reason = isOwn ? `${root.name} failed${quote(origin)}` : `${root.name} failed: ${describe(origin)}`;
    return { spanId: origin?.spanId ?? root.spanId, severity: 3, reason };
  }
  const origin = findOrigin(failed.filter((span) => !isRetried(span, spans)));
  const own = spans.find((span) => span.spanId === root.spanId);
  if (origin === undefined || own === undefined || own.output.some((part) => part.content.trim() !== "")) {
    return undefined;
  }
  return { spanId: origin.spanId, severity: 2, reason: `${root.name} gave nothing back: ${describe(origin)}` };
}

/** The failed span that no failed span below explains: where the error began. */
function findOrigin(failed: ExaminedSpan[]): ExaminedSpan | undefined {
  const parents = new Set(failed.map((span) => span.parentSpanId));
  return failed.find((span) => !parents.has(span.spanId)) ?? failed[0];
}

/** `spans` are in order of their start. */
function isRetried(failed: ExaminedSpan, spans: readonly ExaminedSpan[]): boolean {
  const later = spans.slice(spans.indexOf(failed) + 1);
  return later.some((span) => span.name === failed.name && span.status === "ok");
}

function describe(span: ExaminedSpan): string {
  return `${span.kind} ${span.name} failed${quote(span)}`;
}

function quote(span: ExaminedSpan | undefined): string {
  const message = span?.statusMessage.trim().slice(0, maxMessageLength) ?? "";
  return message === "" ? "." : ` with "${message}".`;
}

/** Messages that only log records tell: a span that tells none itself shows those. */
import type { Payload, SpanDetail } from "@ratchet/protocol";
import type { SpanMessages, TraceMessages } from "../log-records/read-logs.ts";
import { previewPayload } from "../telemetry/preview-payload.ts";
import type { TraceRow } from "./rollup-store.ts";
import type { TimeRange } from "./store.ts";

/** Of a message that is shown as one line. */
export const maxPreviewedBytes = 4096;

type References = Pick<SpanMessages, "inputRefs" | "outputRefs">;
type Previewed = Pick<TraceRow, "inputPreview" | "outputPreview">;

/** The row with the references of log records where it has none of its own. */
export function fillFromLogs<Row extends References>(
  row: Row,
  traceId: string,
  spanId: string,
  logs: TraceMessages | null,
): Row {
  const told = tellsAll(row) ? undefined : logs?.find(traceId, spanId);
  if (!told) return row;
  return {
    ...row,
    ...(row.inputRefs.length === 0 && { inputRefs: told.inputRefs, inputBytes: told.inputBytes }),
    ...(row.outputRefs.length === 0 && { outputRefs: told.outputRefs, outputBytes: told.outputBytes }),
  };
}

export function tellsAll({ inputRefs, outputRefs }: References): boolean {
  return inputRefs.length > 0 && outputRefs.length > 0;
}

/** Payloads of log records lie where these happened, which is after their span began. */
export function widenToLogs(range: TimeRange, logs: TraceMessages | null): TimeRange {
  if (!logs) return range;
  return {
    fromMicros: Math.min(range.fromMicros, logs.range.fromMicros),
    toMicros: Math.max(range.toMicros, logs.range.toMicros),
  };
}

export function isBlank({ inputPreview, outputPreview }: Previewed): boolean {
  return inputPreview === "" || outputPreview === "";
}

/** By the rule of a span that tells its messages itself: the last of each side. */
export function fillPreviews<Row extends Previewed>(
  row: Row,
  input: readonly Payload[],
  output: readonly Payload[],
): Row {
  const preview = (own: string, payloads: readonly Payload[]) => own || previewPayload(payloads.at(-1)?.content ?? "");
  return {
    ...row,
    inputPreview: preview(row.inputPreview, input),
    outputPreview: preview(row.outputPreview, output),
  };
}

/** Of the span and of its log records, in the order in which they happened. */
export function mergeEvents(own: SpanDetail["events"], told: SpanDetail["events"]): SpanDetail["events"] {
  return told.length === 0 ? own : [...own, ...told].sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}

/** Why a span failed that does not say so itself; empty when nothing else does. */
export function findFailure(events: SpanDetail["events"]): string {
  const messages = events.map(({ attributes }) => attributes["exception.message"]);
  return String(messages.findLast((message) => typeof message === "string") ?? "");
}

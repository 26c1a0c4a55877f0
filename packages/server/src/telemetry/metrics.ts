/** Counters of what arrives, in Prometheus's text format. */
import { renderMetric } from "../render-metric.ts";

export function createTelemetryMetrics() {
  let acceptedSpans = 0;
  let rejectedSpans = 0;
  let insertCount = 0;
  let insertMs = 0;
  return {
    countAccepted(spans: number): void {
      acceptedSpans += spans;
    },
    countRejected(spans: number): void {
      rejectedSpans += spans;
    },
    countInsert(durationMs: number): void {
      insertCount++;
      insertMs += durationMs;
    },
    /** @param queuedSpans Accepted but not yet durable. */
    render(queuedSpans: number): string {
      return [
        renderMetric("ratchet_spans_accepted_total", "counter", "Spans that are durable.", acceptedSpans),
        renderMetric("ratchet_spans_rejected_total", "counter", "Spans refused by partial success.", rejectedSpans),
        renderMetric("ratchet_ingest_queue_spans", "gauge", "Spans that wait to be durable.", queuedSpans),
        renderMetric("ratchet_inserts_total", "counter", "Batches inserted.", insertCount),
        renderMetric(
          "ratchet_insert_milliseconds_total",
          "counter",
          "Time spent inserting batches.",
          Math.round(insertMs),
        ),
      ].join("");
    },
  };
}

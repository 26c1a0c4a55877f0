import type { SpanSummary } from "@ratchet/protocol";
import "./span-status-mark.css";

const shapes = { ok: "✓", error: "✕", running: "◐" } as const;
const tones = { ok: "good", error: "bad", running: "busy" } as const;

/** The status as a shape, with its word for screen readers and on hover. */
export function SpanStatusMark({ status }: { status: SpanSummary["status"] }) {
  return (
    <span className="span-status" data-tone={tones[status]} title={status}>
      <span aria-hidden="true">{shapes[status]}</span>
      <span className="visually-hidden">{status}: </span>
    </span>
  );
}

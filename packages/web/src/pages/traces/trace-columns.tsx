/** The columns of the traces list. */
import type { TraceSummary } from "@ratchet/protocol";
import { FeedbackMark } from "../../ui/feedback-mark.tsx";
import { formatCompact, formatDuration, formatUsd, noValue } from "../../ui/numbers.ts";
import { ProjectLink } from "../../ui/project-link.tsx";
import { Badge } from "../../ui/status.tsx";
import { Time } from "../../ui/time.tsx";
import type { VirtualColumn } from "../../ui/virtual-table.tsx";
import { SpanStatusMark } from "./span-status-mark.tsx";

const name: VirtualColumn<TraceSummary> = {
  header: "Trace",
  width: "190px",
  cell: (trace) => <TraceLink trace={trace}>{trace.name}</TraceLink>,
};
const started: VirtualColumn<TraceSummary> = {
  header: "Started",
  width: "112px",
  numeric: true,
  cell: (trace) => <Time at={trace.startTime} />,
};
const duration: VirtualColumn<TraceSummary> = {
  header: "Duration",
  width: "84px",
  numeric: true,
  cell: (trace) => formatDuration(trace.durationMs),
};
const loop: VirtualColumn<TraceSummary> = {
  header: "Loop",
  width: "24%",
  cell: (trace) => <LoopMarks trace={trace} />,
};

const input: VirtualColumn<TraceSummary> = {
  header: "Input",
  cell: (trace) => <span className="quiet">{trace.inputPreview}</span>,
};
const tokens: VirtualColumn<TraceSummary> = {
  header: "Tokens",
  width: "64px",
  numeric: true,
  cell: (trace) => (hasTokens(trace) ? formatCompact((trace.inputTokens ?? 0) + (trace.outputTokens ?? 0)) : noValue),
};
const cost: VirtualColumn<TraceSummary> = {
  header: "Cost",
  width: "80px",
  numeric: true,
  cell: (trace) => formatUsd(trace.costUsd),
};

/** Tokens and cost only where a model was asked: the input has their room otherwise. */
export function wideColumns(traces: readonly TraceSummary[]): readonly VirtualColumn<TraceSummary>[] {
  return [
    name,
    input,
    loop,
    started,
    duration,
    ...(traces.some(hasTokens) ? [tokens] : []),
    ...(traces.some(({ costUsd }) => costUsd !== null) ? [cost] : []),
  ];
}

function hasTokens({ inputTokens, outputTokens }: TraceSummary): boolean {
  return inputTokens !== null || outputTokens !== null;
}

export const narrowColumns: readonly VirtualColumn<TraceSummary>[] = [
  // The names are few and alike; what went in tells the rows apart.
  { header: "Input", cell: (trace) => <TraceLink trace={trace}>{trace.inputPreview || trace.name}</TraceLink> },
  { ...loop, width: "92px" },
  { ...duration, width: "72px" },
];

function TraceLink({ trace, children }: { trace: TraceSummary; children: string }) {
  return (
    <>
      <SpanStatusMark status={trace.status} />
      <ProjectLink href={`/traces/${trace.traceId}`} className="row-link" data-row>
        {children}
      </ProjectLink>
    </>
  );
}

/** Where the trace touches the loop: failures, signals, thumbs, rollout arm. */
function LoopMarks({ trace }: { trace: TraceSummary }) {
  const { signals, failures, feedback, exposure } = trace;
  return (
    <span className="loop-marks">
      {failures.map((failure) => (
        <ProjectLink key={failure} href={`/failures/${failure}`} className="badge" data-tone="bad">
          ◆ {failure}
        </ProjectLink>
      ))}
      <FeedbackMark up={feedback.up} down={feedback.down} />
      {exposure !== null && (
        <span data-wide-only>
          <Badge
            tone={exposure.arm === "candidate" ? "busy" : "neutral"}
            title={`Saw the ${exposure.arm} of ${exposure.rollout}`}
          >
            {exposure.arm}
          </Badge>
        </span>
      )}
      {signals.map((signal) => (
        <span key={signal} data-wide-only>
          <Badge title={`Signal: ${signal}`}>{signal}</Badge>
        </span>
      ))}
    </span>
  );
}

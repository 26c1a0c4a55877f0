/** One trace: what happened, when, why, and where it stands in the loop. The selected span is in the URL. */
import type { TraceDetail } from "@ratchet/protocol";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { traceQuery } from "../../api/traces.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { LoopStripOf } from "../../ui/loop-strip.tsx";
import { formatCount, formatDuration, formatPercent, formatPlural, formatUsd } from "../../ui/numbers.ts";
import { PageHeader } from "../../ui/page-header.tsx";
import { ProjectLink } from "../../ui/project-link.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Badge } from "../../ui/status.tsx";
import { Time } from "../../ui/time.tsx";
import { SpanGrid } from "./span-grid.tsx";
import { PromptLink, SpanPanel } from "./span-panel.tsx";
import { SpanStatusMark } from "./span-status-mark.tsx";
import { chooseFirstSpan, type SpanRow, shareByKind, toSpanRows } from "./span-tree.ts";
import { TraceJudgements } from "./trace-judgements.tsx";
import "./trace.css";

const route = "/p/$project/traces/$traceId";

export function TracePage() {
  const { project, traceId } = useParams({ from: route });
  const { data, error, refetch } = useQuery(traceQuery(project, traceId));
  if (data === undefined) {
    return (
      <>
        <PageHeader title="Trace" meta={<span className="mono">{traceId}</span>} />
        {error ? (
          <ErrorState error={error} retry={() => void refetch()} />
        ) : (
          <Skeleton rows={16} label="Loading trace" />
        )}
      </>
    );
  }
  return <TraceContent trace={data} />;
}

function TraceContent({ trace }: { trace: TraceDetail }) {
  const { span } = useSearch({ from: route });
  const navigate = useNavigate({ from: route });
  const rows = useMemo(() => toSpanRows(trace.spans), [trace.spans]);
  const first = useMemo(() => chooseFirstSpan(rows), [rows]);
  const selected = span ?? first;
  const selectedRow = rows.find((row) => row.span.spanId === selected);
  const onSelect = (spanId: string) => void navigate({ search: { span: spanId }, replace: true, resetScroll: false });
  const { name, status, traceId } = trace.trace;
  return (
    <>
      <PageHeader
        title={`${name} ${traceId.slice(0, 8)}`}
        heading={
          <>
            <SpanStatusMark status={status} />
            {name}
          </>
        }
        meta={<TraceFacts trace={trace} />}
      />
      <LoopStripOf object="trace" id={traceId} />
      <TraceJudgements trace={trace} />
      <TimeSentence rows={rows} />
      <div className="trace">
        <SpanGrid rows={rows} selected={selected} onSelect={onSelect} totalMs={trace.trace.durationMs} />
        {selectedRow !== undefined && <SpanPanel traceId={traceId} row={selectedRow} />}
      </div>
      {trace.spans.length < trace.trace.spanCount && (
        <p className="quiet">
          {formatCount(trace.spans.length)} of {formatPlural(trace.trace.spanCount, "span")} loaded
        </p>
      )}
    </>
  );
}

function TraceFacts({ trace: { trace, metadata } }: { trace: TraceDetail }) {
  const { traceId, sessionId, userId, release, exposure, prompts, environment, costUsd } = trace;
  const tokens = (trace.inputTokens ?? 0) + (trace.outputTokens ?? 0);
  return (
    <>
      <span className="mono">
        {traceId.slice(0, 8)}…
        <CopyButton text={traceId} label="Copy trace id" />
      </span>
      <Time at={trace.startTime} />
      <span>{formatDuration(trace.durationMs)}</span>
      <span>{formatPlural(trace.spanCount, "span")}</span>
      {tokens > 0 && <span>{formatPlural(tokens, "token")}</span>}
      {costUsd !== null && <span>{formatUsd(costUsd)}</span>}
      {environment !== null && <span>{environment}</span>}
      {sessionId !== null && (
        <ProjectLink href={`/traces?session=${encodeURIComponent(sessionId)}`}>{sessionId}</ProjectLink>
      )}
      {userId !== null && <span>user {userId}</span>}
      {release !== null && <ProjectLink href={`/traces?release=${encodeURIComponent(release)}`}>{release}</ProjectLink>}
      {exposure !== null && (
        <ProjectLink href={`/rollouts/${exposure.rollout}`}>
          {exposure.arm} of {exposure.rollout}
        </ProjectLink>
      )}
      {prompts.map((prompt) => (
        <PromptLink key={`${prompt.name}@${prompt.version}`} prompt={prompt} />
      ))}
      {Object.entries(metadata).map(([key, value]) => (
        <Badge key={key}>
          {key}: {value}
        </Badge>
      ))}
    </>
  );
}

/** Where the time went, in one line. */
function TimeSentence({ rows }: { rows: SpanRow[] }) {
  const shares = useMemo(() => shareByKind(rows).filter(({ share }) => share >= 0.005), [rows]);
  if (rows.length < 2) return null;
  return (
    <p className="time-sentence quiet">
      Time by kind:{" "}
      {shares.map(({ kind, share }, index) => (
        <span key={kind}>
          {index > 0 && " · "}
          <span className="span-kind" data-kind={kind}>
            {kind}
          </span>{" "}
          {formatPercent(share)}
        </span>
      ))}
    </p>
  );
}

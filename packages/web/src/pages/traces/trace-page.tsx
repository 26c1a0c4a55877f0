/** One trace: what happened, when, why, and where it stands in the loop. The selected span is in the URL. */
import type { TraceDetail, TreeWindow } from "@ratchet/protocol";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useCallback, useState } from "react";
import { traceQuery, treeStartQuery } from "../../api/traces.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { FormError } from "../../ui/form-error.tsx";
import { LoopStripOf } from "../../ui/loop-strip.tsx";
import { formatDuration, formatPlural, formatUsd } from "../../ui/numbers.ts";
import { PageHeader } from "../../ui/page-header.tsx";
import { ProjectLink } from "../../ui/project-link.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Badge } from "../../ui/status.tsx";
import { Time } from "../../ui/time.tsx";
import { DeleteTrace } from "./delete-trace.tsx";
import { PromptLink } from "./prompt-link.tsx";
import { SpanGrid } from "./span-grid.tsx";
import { SpanPanel } from "./span-panel.tsx";
import { SpanStatusMark } from "./span-status-mark.tsx";
import { TraceJudgements } from "./trace-judgements.tsx";
import { TreeLine } from "./tree-line.tsx";
import { usageText } from "./usage-text.ts";
import { type RowRange, useTree } from "./use-tree.ts";
import "./trace.css";

const route = "/p/$project/traces/$traceId";

export function TracePage() {
  const { project, traceId } = useParams({ from: route });
  const trace = useQuery(traceQuery(project, traceId));
  const start = useQuery(treeStartQuery(project, traceId));
  const failed = [trace, start].find(({ data, error }) => data === undefined && error !== null);
  if (start.data === undefined || failed !== undefined) {
    return (
      <>
        <PageHeader title="Trace" meta={<span className="mono">{traceId}</span>} />
        {failed?.error ? (
          <ErrorState error={failed.error} retry={() => void Promise.all([trace.refetch(), start.refetch()])} />
        ) : (
          <Skeleton rows={16} label="Loading trace" />
        )}
      </>
    );
  }
  return <TraceContent traceId={traceId} trace={trace.data} start={start.data} />;
}

/** What the address of the server's windows holds. */
const maxClosed = 200;

interface TraceContentProps {
  traceId: string;
  /** Comes after the tree: its sums are over all spans. */
  trace: TraceDetail | undefined;
  start: TreeWindow;
}

function TraceContent({ traceId, trace, start }: TraceContentProps) {
  const { span } = useSearch({ from: route });
  const navigate = useNavigate({ from: route });
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [inView, setInView] = useState<RowRange>({ first: 0, last: 0 });
  const { overview, rows } = start;
  const selected = span ?? overview.failing?.spanId ?? rows[0]?.spanId;
  const view = useTree(traceId, start, closed, selected, inView);
  const onSelect = useCallback(
    (spanId: string) => void navigate({ search: { span: spanId }, replace: true, resetScroll: false }),
    [navigate],
  );
  const onToggle = useCallback(
    (spanId: string) =>
      setClosed((before) => {
        const others = [...before].filter((id) => id !== spanId);
        return new Set(before.has(spanId) ? others : [...others.slice(1 - maxClosed), spanId]);
      }),
    [],
  );
  const { name = "Trace", status = "ok" } = trace?.trace ?? rows[0] ?? {};
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
        meta={trace === undefined ? <span className="mono">{traceId}</span> : <TraceFacts trace={trace} />}
        actions={trace && <DeleteTrace traceId={traceId} cases={trace.cases} />}
      />
      <LoopStripOf object="trace" id={traceId} />
      {trace && <TraceJudgements trace={trace} />}
      <TreeLine overview={overview} spanCount={trace?.trace.spanCount} selected={selected} onSelect={onSelect} />
      {view.error !== null && <FormError error={view.error} />}
      <div className="trace">
        <SpanGrid
          view={view}
          overview={overview}
          closed={closed}
          selected={selected}
          onSelect={onSelect}
          onToggle={onToggle}
          onView={setInView}
        />
        {selected !== undefined && (
          <SpanPanel
            traceId={traceId}
            spanId={selected}
            row={view.rowAt(view.at)}
            overview={overview}
            onSelect={onSelect}
          />
        )}
      </div>
    </>
  );
}

function TraceFacts({ trace: { trace, metadata } }: { trace: TraceDetail }) {
  const { traceId, sessionId, userId, release, exposure, prompts, environment, costUsd } = trace;
  const tokens = usageText(trace);
  return (
    <>
      <span className="mono">
        {traceId.slice(0, 8)}…
        <CopyButton text={traceId} label="Copy trace id" />
      </span>
      <Time at={trace.startTime} />
      <span>{formatDuration(trace.durationMs)}</span>
      <span>{formatPlural(trace.spanCount, "span")}</span>
      {tokens !== undefined && <span>tokens {tokens}</span>}
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

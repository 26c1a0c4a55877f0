/** The traces list: filters in the URL, rows as they are scrolled to, newer ones on top when the reader is not reading. */
import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo, useRef } from "react";
import { projectsQuery } from "../../api/projects.ts";
import { type TraceFilter, toTraceFilter } from "../../api/traces.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { formatCount, formatPlural } from "../../ui/numbers.ts";
import { PageHeader } from "../../ui/page-header.tsx";
import { ProjectLink, useProject } from "../../ui/project-link.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { SimulatedBadge } from "../../ui/status.tsx";
import { useMedia } from "../../ui/use-media.ts";
import { VirtualTable } from "../../ui/virtual-table.tsx";
import "../page-sections.css";
import { narrowColumns, wideColumns } from "./trace-columns.tsx";
import { TraceFilters } from "./trace-filters.tsx";
import "./traces.css";
import { type LiveTraces, useLiveTraces } from "./use-live-traces.ts";

const route = "/p/$project/traces";

export function TracesPage() {
  const project = useProject();
  const { live, ...search } = useSearch({ from: route });
  const filter = useFilter(search);
  const box = useRef<HTMLDivElement>(null);
  const mayMove = useCallback(() => !isReading(box.current), []);
  const traces = useLiveTraces(project, filter, live !== "off" && search.to === undefined, mayMove);
  const { data } = useQuery(projectsQuery);
  const sample = data?.projects.find(({ slug }) => slug === project)?.sample ?? false;
  return (
    <>
      <PageHeader
        title="Traces"
        meta={
          <>
            {traces.list.data !== undefined && (
              <span>
                {traces.isTotalExact ? "" : "at least "}
                {formatPlural(traces.total, "trace")}
              </span>
            )}
            {sample && (
              <span>
                <SimulatedBadge /> thumbs in this project
              </span>
            )}
          </>
        }
      />
      <TraceFilters />
      <div ref={box} className="traces">
        <TracesContent traces={traces} filtered={Object.keys(filter).length > 0} />
      </div>
    </>
  );
}

function TracesContent({ traces, filtered }: { traces: LiveTraces; filtered: boolean }) {
  const narrow = useMedia("(max-width: 760px)");
  const { list, rows, total, isTotalExact, fresh, showFresh } = traces;
  const shown = `${formatCount(rows.length)} of ${isTotalExact ? "" : "at least "}${formatCount(total)}`;
  const columns = useMemo(() => (narrow ? narrowColumns : wideColumns(rows)), [narrow, rows]);
  if (list.error !== null && list.data === undefined) {
    return <ErrorState error={list.error} retry={() => void list.refetch()} />;
  }
  if (list.data === undefined) return <Skeleton rows={20} label="Loading traces" />;
  if (rows.length === 0) return filtered ? <NothingMatches /> : <NoTraces />;
  const loadMore = list.hasNextPage && !list.isFetchingNextPage ? () => void list.fetchNextPage() : undefined;
  return (
    <>
      <p className="fresh" role="status">
        {fresh.count > 0 && (
          <button type="button" className="fresh-pill" onClick={showFresh}>
            ↑ {formatPlural(fresh.count, "new trace")}
            {fresh.capped && " or more"}
          </button>
        )}
      </p>
      <VirtualTable
        label="Traces"
        columns={columns}
        rows={rows}
        rowKey={(trace) => trace.traceId}
        total={total}
        onEnd={loadMore}
      />
      <p className="list-count">
        {list.isFetchNextPageError ? (
          <>
            {shown}; the next rows failed to load:{" "}
            <button type="button" className="button" onClick={() => void list.fetchNextPage()}>
              Try again
            </button>
          </>
        ) : (
          `${shown}${list.hasNextPage ? "; scroll for more" : ""}`
        )}
      </p>
    </>
  );
}

/** The URL's text as a filter; a stable object for the same text. */
function useFilter(search: Record<string, string | undefined>): TraceFilter {
  const text = JSON.stringify(search);
  return useMemo(() => toTraceFilter(JSON.parse(text)), [text]);
}

/** In the list with pointer or focus, or scrolled down in it. */
function isReading(box: HTMLElement | null): boolean {
  const table = box?.querySelector(".virtual-table");
  return box !== null && (box.matches(":hover, :focus-within") || (table?.scrollTop ?? 0) > 0);
}

function NothingMatches() {
  const { t } = useSearch({ from: route });
  return (
    <EmptyState title="No trace matches these filters">
      <p>
        {t !== undefined && (
          <>
            <Link from={route} to="." search={({ t: _range, ...rest }) => rest}>
              Look at all time
            </Link>{" "}
            instead of the chosen range, or{" "}
          </>
        )}
        <Link from={route} to="." search={{}}>
          {t === undefined ? "Remove all filters" : "remove all filters"}
        </Link>{" "}
        to see every production trace of this project.
      </p>
    </EmptyState>
  );
}

function NoTraces() {
  return (
    <EmptyState title="No traces yet">
      <p>
        Nothing has been sent to this project. <ProjectLink href="">Home</ProjectLink> has the ten lines that send the
        first one; it appears here at once.
      </p>
    </EmptyState>
  );
}

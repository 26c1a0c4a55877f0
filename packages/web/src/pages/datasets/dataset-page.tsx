/** One dataset: its cases at a version, and how each version changed it. The version and the open case are in the URL. */
import type { Case, DatasetDetail } from "@ratchet/protocol";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { casesQuery, datasetQuery } from "../../api/datasets.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { LoopStripOf } from "../../ui/loop-strip.tsx";
import { formatCount, formatPlural } from "../../ui/numbers.ts";
import { PageHeader } from "../../ui/page-header.tsx";
import { useProject } from "../../ui/project-link.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Status } from "../../ui/status.tsx";
import { VirtualTable } from "../../ui/virtual-table.tsx";
import { FailureLinks } from "../failure-links.tsx";
import "../page-sections.css";
import { caseColumns } from "./case-columns.tsx";
import { CasePanel } from "./case-panel.tsx";
import "./datasets.css";
import { VersionsPanel } from "./versions-panel.tsx";

const route = "/p/$project/datasets/$name";

export function DatasetPage() {
  const { project, name } = useParams({ from: route });
  const { data, error, refetch } = useQuery(datasetQuery(project, name));
  return (
    <>
      <PageHeader title={name} meta={data ? <Facts dataset={data} /> : undefined} />
      <LoopStripOf object="dataset" id={name} />
      {error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : data ? (
        <Content dataset={data} />
      ) : (
        <Skeleton />
      )}
    </>
  );
}

function Facts({ dataset }: { dataset: DatasetDetail }) {
  return (
    <>
      <span>{formatPlural(dataset.caseCount, "case")}</span>
      <span>{formatCount(dataset.lockedCount)} locked</span>
      {dataset.failures.length > 0 && (
        <span>
          covers <FailureLinks failures={dataset.failures} />
        </span>
      )}
      {dataset.description && <span>{dataset.description}</span>}
    </>
  );
}

function Content({ dataset }: { dataset: DatasetDetail }) {
  const { version } = useSearch({ from: route });
  const shown = Number(version ?? dataset.latestVersion);
  if (dataset.latestVersion === 0) {
    return (
      <EmptyState title="No cases yet">
        <p>
          The first change makes version 1: capture a failure, or send cases to /api/datasets/{dataset.name}/versions.
        </p>
      </EmptyState>
    );
  }
  return (
    <div className="dataset">
      <div>
        {shown !== dataset.latestVersion && <OldVersion shown={shown} latest={dataset.latestVersion} />}
        <Cases name={dataset.name} version={version === undefined ? undefined : shown} />
      </div>
      <VersionsPanel versions={dataset.versions} shown={shown} />
    </div>
  );
}

function OldVersion({ shown, latest }: { shown: number; latest: number }) {
  return (
    <p className="notice">
      <Status tone="unsure">
        This is version {shown}; the newest is {latest}.
      </Status>{" "}
      <Link from={route} to="." search={({ case: open }) => ({ case: open })}>
        Show the newest
      </Link>
    </p>
  );
}

function Cases({ name, version }: { name: string; version: number | undefined }) {
  const project = useProject();
  const navigate = useNavigate({ from: route });
  const { case: openId } = useSearch({ from: route });
  const close = useCallback(
    () => void navigate({ search: ({ case: _closed, ...rest }) => rest, resetScroll: false }),
    [navigate],
  );
  const query = useInfiniteQuery(casesQuery(project, name, version));
  if (query.error) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Skeleton rows={12} />;
  const cases: Case[] = query.data.pages.flatMap((page) => page.cases);
  const total = query.data.pages[0]?.total ?? 0;
  const open = openId === undefined ? undefined : cases.find((candidate) => candidate.id === openId);
  const loadMore = query.hasNextPage && !query.isFetchingNextPage ? () => void query.fetchNextPage() : undefined;
  return (
    <>
      <VirtualTable
        label="Cases"
        columns={caseColumns(cases)}
        rows={cases}
        rowKey={(row) => row.id}
        total={total}
        selectedKey={openId}
        onEnd={loadMore}
      />
      <p className="list-count">
        {cases.length < total
          ? `${formatCount(cases.length)} of ${formatCount(total)} cases loaded; scroll for more`
          : formatPlural(total, "case")}
      </p>
      {openId !== undefined && (
        <CasePanel
          dataset={name}
          openCase={open}
          caseId={openId}
          // A case further down may be the open one: load on until it is there or the list ends.
          loadMore={open ? undefined : loadMore}
          onClose={close}
        />
      )}
    </>
  );
}

/** All datasets: how many cases each holds, how many are locked, and which failures they cover. */
import type { Dataset } from "@ratchet/protocol";
import { useQuery } from "@tanstack/react-query";
import { datasetsQuery } from "../../api/datasets.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { formatCount, formatPlural, noValue } from "../../ui/numbers.ts";
import { PageHeader } from "../../ui/page-header.tsx";
import { ProjectLink, useProject } from "../../ui/project-link.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { FailureLinks } from "../failure-links.tsx";
import "../page-sections.css";

const columns: Column<Dataset>[] = [
  { header: "Dataset", cell: (dataset) => dataset.name },
  { header: "Cases", numeric: true, cell: (dataset) => formatCount(dataset.caseCount) },
  { header: "Locked", numeric: true, cell: (dataset) => formatCount(dataset.lockedCount) },
  {
    header: "Version",
    numeric: true,
    cell: (dataset) => (dataset.latestVersion === 0 ? noValue : `v${dataset.latestVersion}`),
  },
  { header: "Failures", cell: (dataset) => <FailureLinks failures={dataset.failures} /> },
  { header: "Changed", wideOnly: true, cell: (dataset) => <Time at={dataset.updatedAt} relative /> },
];

export function DatasetsPage() {
  const { data, error, refetch } = useQuery(datasetsQuery(useProject()));
  return (
    <>
      <PageHeader title="Datasets" meta={data && formatPlural(data.total, "dataset")} />
      {error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Skeleton />
      ) : data.datasets.length === 0 ? (
        <NoDatasets />
      ) : (
        <Table
          label="Datasets"
          columns={columns}
          rows={data.datasets}
          rowKey={(dataset) => dataset.name}
          href={(dataset) => `/datasets/${encodeURIComponent(dataset.name)}`}
        />
      )}
    </>
  );
}

function NoDatasets() {
  return (
    <EmptyState title="No datasets yet">
      <p>
        A dataset holds the cases that every change is tested on. Open a{" "}
        <ProjectLink href="/failures">failure</ProjectLink> and choose “Capture as test”: its traces become the first
        cases.
      </p>
    </EmptyState>
  );
}

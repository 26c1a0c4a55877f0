/** Failures by stage, newest signal first. Stage and search are in the URL. */
import type { Failure, FailureStage } from "@ratchet/protocol";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { failuresQuery } from "../../api/failures.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { formatCount, formatPlural } from "../../ui/numbers.ts";
import { PageHeader } from "../../ui/page-header.tsx";
import { ProjectLink, useProject } from "../../ui/project-link.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Table } from "../../ui/table.tsx";
import { type Tab, Tabs } from "../../ui/tabs.tsx";
import { failureColumns } from "./failure-columns.tsx";
import "../page-sections.css";
import "./failures.css";
import { isActive, sentenceCase, tabStages } from "./stage-words.ts";

const route = "/p/$project/failures";

export function FailuresPage() {
  const project = useProject();
  const { stage, q = "" } = useSearch({ from: route });
  const navigate = useNavigate({ from: route });
  const { data, error, refetch } = useQuery(failuresQuery(project));
  const search = (text: string) =>
    void navigate({ search: (previous) => ({ ...previous, q: text || undefined }), replace: true });
  const all = data?.failures ?? [];
  return (
    <>
      <PageHeader
        title="Failures"
        meta={data && `${formatPlural(all.filter((failure) => isActive(failure.stage)).length, "failure")} in the loop`}
      />
      {data === undefined ? (
        error ? (
          <ErrorState error={error} retry={() => void refetch()} />
        ) : (
          <Skeleton label="Loading failures" />
        )
      ) : all.length === 0 ? (
        <NoFailures />
      ) : (
        <>
          <Tabs label="Stages" tabs={tabsOf(all, project, stage)} />
          <search className="toolbar">
            <input
              type="search"
              aria-label="Title contains"
              placeholder="Title contains …"
              value={q}
              onChange={(event) => search(event.target.value)}
            />
          </search>
          <FailureRows failures={all.filter((failure) => isShown(failure, stage, q))} />
        </>
      )}
    </>
  );
}

function FailureRows({ failures }: { failures: Failure[] }) {
  if (failures.length === 0) return <EmptyState title="No failure here matches" />;
  return (
    <>
      <Table
        label="Failures"
        columns={failureColumns}
        rows={failures}
        rowKey={(failure) => failure.id}
        href={(failure) => `/failures/${failure.id}`}
      />
      <p className="list-count">{formatCount(failures.length)} shown</p>
    </>
  );
}

function isShown(failure: Failure, stage: string | undefined, q: string): boolean {
  const matches = `${failure.id} ${failure.title}`.toLowerCase().includes(q.toLowerCase());
  return matches && (stage === undefined ? isActive(failure.stage) : failure.stage === stage);
}

function tabsOf(failures: Failure[], project: string, chosen: string | undefined): Tab[] {
  const counts = Map.groupBy(failures, ({ stage }) => stage);
  const tab = (label: string, stage: FailureStage | undefined, count: number): Tab => ({
    label,
    count,
    active: stage === chosen,
    link: { to: "/p/$project/failures", params: { project }, search: { stage } },
  });
  return [
    tab("In the loop", undefined, failures.filter(({ stage }) => isActive(stage)).length),
    ...tabStages
      .filter((stage) => counts.has(stage) || stage === chosen)
      .map((stage) => tab(sentenceCase(stage), stage, counts.get(stage)?.length ?? 0)),
  ];
}

function NoFailures() {
  return (
    <EmptyState title="No failures yet">
      <p>
        Detectors look at every trace for errors, slow answers, thumbs down, unhappy replies, oversized inputs,
        off-topic answers and corrections. What they find is grouped here.{" "}
        <ProjectLink href="/traces">Look at the traces</ProjectLink> to see what has been checked.
      </p>
    </EmptyState>
  );
}

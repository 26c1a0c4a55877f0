/** One experiment: its metrics with intervals, and every case with its trials; errors stand apart from low scores. */
import type { ExperimentDetail } from "@ratchet/protocol";
import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { experimentQuery } from "../../api/experiments.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { LoopStripOf } from "../../ui/loop-strip.tsx";
import { formatPlural } from "../../ui/numbers.ts";
import { PageHeader } from "../../ui/page-header.tsx";
import { ProjectLink } from "../../ui/project-link.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { Time } from "../../ui/time.tsx";
import { VirtualTable } from "../../ui/virtual-table.tsx";
import "../page-sections.css";
import { type CaseResult, groupByCase } from "./case-results.ts";
import { CompareWith } from "./compare-with.tsx";
import { ExperimentState } from "./experiment-table.tsx";
import "./experiments.css";
import { MetricsTable } from "./metrics-table.tsx";
import { resultColumns } from "./result-columns.tsx";
import { ResultPanel } from "./result-panel.tsx";
import { targetParts } from "./target-text.ts";

const route = "/p/$project/experiments/$experimentId";

export function ExperimentPage() {
  const { project, experimentId } = useParams({ from: route });
  const { data, error, refetch } = useQuery(experimentQuery(project, experimentId));
  return (
    <>
      <PageHeader
        title={data ? `${experimentId} ${data.name}` : experimentId}
        meta={data ? <Facts experiment={data} /> : undefined}
        actions={data ? <CompareWith experiment={data} /> : undefined}
      />
      <LoopStripOf object="experiment" id={experimentId} />
      {error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : data ? (
        <Content experiment={data} />
      ) : (
        <Skeleton />
      )}
    </>
  );
}

function Facts({ experiment }: { experiment: ExperimentDetail }) {
  const { dataset, datasetVersion, gates } = experiment;
  return (
    <>
      {experiment.target.label && <span>{experiment.target.label}</span>}
      {targetParts(experiment.target).map((part) => (
        <span key={part} className="mono">
          {part}
        </span>
      ))}
      <span>
        on{" "}
        <ProjectLink href={`/datasets/${encodeURIComponent(dataset)}?version=${datasetVersion}`}>
          {dataset} v{datasetVersion}
        </ProjectLink>
      </span>
      <span>{formatPlural(experiment.caseCount, "case")}</span>
      <span>{formatPlural(experiment.trials, "trial")} each</span>
      <ProjectLink href={tracesOf(experiment)}>traces</ProjectLink>
      <ExperimentState experiment={experiment} />
      <Time at={experiment.finishedAt ?? experiment.createdAt} relative />
      {gates.length > 0 && (
        <span className="links">
          {gates.length === 1 ? "gate" : "gates"}
          {gates.map((gate) => (
            <ProjectLink key={gate} href={`/gates/${gate}`} className="mono">
              {gate}
            </ProjectLink>
          ))}
        </span>
      )}
    </>
  );
}

/** The runs' own traces carry the eval's name; the time tells them from those of its other experiments. */
function tracesOf({ name, createdAt, finishedAt }: ExperimentDetail): string {
  const query = new URLSearchParams({ origin: "evals", name, from: createdAt });
  if (finishedAt !== null) query.set("to", finishedAt);
  return `/traces?${query}`;
}

function Content({ experiment }: { experiment: ExperimentDetail }) {
  const { show, case: openId } = useSearch({ from: route });
  const cases = useMemo(() => groupByCase(experiment.results), [experiment.results]);
  const columns = useMemo(() => resultColumns(experiment, cases), [experiment, cases]);
  const shown = cases.filter((result) => isShown(result, show));
  return (
    <>
      <section className="section" aria-label="Metrics">
        <MetricsTable experiment={experiment} />
      </section>
      <section className="section" aria-label="Cases">
        <h2>Cases</h2>
        <Tabs
          label="Which cases"
          tabs={filters.map(({ label, value }) => ({
            label,
            active: show === value,
            count: cases.filter((result) => isShown(result, value)).length,
            link: { from: route, to: ".", search: { show: value }, resetScroll: false },
          }))}
        />
        {shown.length === 0 ? (
          <EmptyState title={cases.length === 0 ? "No results yet" : `None of ${formatPlural(cases.length, "case")}`} />
        ) : (
          <VirtualTable
            label="Results"
            columns={columns}
            rows={shown}
            rowKey={(result) => result.caseId}
            selectedKey={openId}
          />
        )}
      </section>
      {openId !== undefined && (
        <ResultPanel experiment={experiment} caseId={openId} result={cases.find(({ caseId }) => caseId === openId)} />
      )}
    </>
  );
}

// An error is the target's, void the harness's or provider's: neither is a low score.
const filters = [
  { label: "All", value: undefined },
  { label: "With errors", value: "errors" },
  { label: "Void", value: "void" },
] as const;

function isShown(result: CaseResult, show: string | undefined): boolean {
  if (show === "errors") return result.errorCount > 0;
  return show === "void" ? result.voidCount > 0 : true;
}

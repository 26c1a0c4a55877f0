/** All experiments by dataset, and the gates that judged them; dataset, baseline and tab are in the URL. */
import type { Experiment, Gate } from "@ratchet/protocol";
import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { experimentsQuery, gatesQuery } from "../../api/experiments.ts";
import { CodeBlock } from "../../ui/code-block.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { formatPlural } from "../../ui/numbers.ts";
import { PageHeader } from "../../ui/page-header.tsx";
import { ProjectLink, useProject } from "../../ui/project-link.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import "../page-sections.css";
import { ExperimentTable } from "./experiment-table.tsx";
import "./experiments.css";
import { GateTable } from "./gate-table.tsx";

const route = "/p/$project/experiments";

export function ExperimentsPage() {
  const project = useProject();
  const { tab, dataset } = useSearch({ from: route });
  const experiments = useQuery(experimentsQuery(project, dataset));
  const gates = useQuery(gatesQuery(project));
  const failed = experiments.error ? experiments : gates.error ? gates : null;
  return (
    <>
      <PageHeader
        title="Experiments"
        meta={
          experiments.data && (
            <>
              <span>{formatPlural(experiments.data.total, "experiment")}</span>
              {dataset !== undefined && (
                <span>
                  on {dataset};{" "}
                  <Link from={route} to="." search={({ dataset: _all, ...rest }) => rest}>
                    all datasets
                  </Link>
                </span>
              )}
            </>
          )
        }
      />
      <Tabs
        label="Experiments"
        tabs={[
          { label: "Runs", active: tab !== "gates", count: experiments.data?.total, link: { from: route, to: "." } },
          {
            label: "Gates",
            active: tab === "gates",
            count: gates.data?.total,
            link: { from: route, to: ".", search: { tab: "gates" } },
          },
        ]}
      />
      {failed?.error ? (
        <ErrorState error={failed.error} retry={() => void failed.refetch()} />
      ) : !experiments.data || !gates.data ? (
        <Skeleton />
      ) : tab === "gates" ? (
        <Gates gates={gates.data.gates} />
      ) : (
        <Runs experiments={experiments.data.experiments} gates={gates.data.gates} />
      )}
    </>
  );
}

function Runs({ experiments, gates }: { experiments: Experiment[]; gates: Gate[] }) {
  const { baseline } = useSearch({ from: route });
  if (experiments.length === 0) return <NoExperiments />;
  const byDataset = Object.entries(Object.groupBy(experiments, (experiment) => experiment.dataset));
  return byDataset.map(([dataset, own = []]) => (
    <section key={dataset} className="section" aria-label={`Experiments on ${dataset}`}>
      <h2>
        <ProjectLink href={`/datasets/${encodeURIComponent(dataset)}`}>{dataset}</ProjectLink>
      </h2>
      <ExperimentTable
        label={`Experiments on ${dataset}`}
        experiments={own}
        gates={gates}
        baseline={own.find((candidate) => candidate.id === baseline)}
      />
    </section>
  ));
}

function Gates({ gates }: { gates: Gate[] }) {
  if (gates.length > 0) return <GateTable gates={gates} />;
  return (
    <EmptyState title="No gates yet">
      <p>A gate says whether a change is shown to be no worse than what is live, on the same cases.</p>
      <CodeBlock code="npx ratchet gate --help" label="command" />
    </EmptyState>
  );
}

function NoExperiments() {
  return (
    <EmptyState title="No experiments yet">
      <p>An experiment runs one target over every case of one dataset version.</p>
      <CodeBlock code="npx ratchet eval --help" label="command" />
    </EmptyState>
  );
}

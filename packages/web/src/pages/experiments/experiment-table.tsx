/** The experiments on one dataset: what ran, how it scored, and what the gates said. */
import type { Experiment, Gate } from "@ratchet/protocol";
import { Link } from "@tanstack/react-router";
import { formatCount, noValue } from "../../ui/numbers.ts";
import { ProjectLink, useProject } from "../../ui/project-link.tsx";
import { Badge, Status, verdictTone } from "../../ui/status.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { gateWord } from "../gate-words.ts";
import { MetricMean } from "./metric-mean.tsx";
import { targetParts, targetTitle } from "./target-text.ts";

// More metrics than these would push the verdict off the row; the experiment's page has all.
const metricsShown = 2;

export interface ExperimentTableProps {
  label: string;
  experiments: Experiment[];
  gates: readonly Gate[];
  /** The chosen baseline, when it ran on this dataset: rows then offer the comparison with it. */
  baseline: Experiment | undefined;
}

export function ExperimentTable({ label, experiments, gates, baseline }: ExperimentTableProps) {
  const metrics = [...new Set(experiments.flatMap(({ metrics: own }) => own.map(({ name }) => name)))];
  const columns: Column<Experiment>[] = [
    {
      header: "Experiment",
      cell: (experiment) => (
        <span className="nowrap">
          <span className="mono">{experiment.id}</span>
          {/* An eval is mostly named as its dataset, which stands above the table. */}
          {experiment.name !== experiment.dataset && ` ${experiment.name}`}
        </span>
      ),
    },
    { header: "What was tried", cell: ({ target }) => <TargetCell target={target} /> },
    ...metrics.slice(0, metricsShown).map(
      (metric): Column<Experiment> => ({
        header: metric,
        numeric: true,
        wideOnly: true,
        cell: ({ summary }) => <MetricMean summary={summary[metric]} />,
      }),
    ),
    {
      header: "Cases",
      numeric: true,
      wideOnly: true,
      cell: ({ caseCount, datasetVersion }) => `${formatCount(caseCount)} (v${datasetVersion})`,
    },
    ...(experiments.every(isPlain)
      ? []
      : [
          {
            header: "State",
            wideOnly: true,
            cell: (experiment: Experiment) => <ExperimentState experiment={experiment} />,
          },
        ]),
    {
      header: "Gates",
      // A gate judges its candidate: on the baseline's row its verdict would mislead.
      cell: ({ id }) => <GateVerdicts gates={gates.filter(({ candidate }) => candidate === id)} />,
    },
    {
      header: "Compare",
      wideOnly: true,
      cell: (experiment) => <CompareLink experiment={experiment} baseline={baseline} />,
    },
    { header: "Started", wideOnly: true, cell: ({ createdAt }) => <Time at={createdAt} relative /> },
  ];
  return (
    <Table
      label={label}
      columns={columns}
      rows={experiments}
      rowKey={({ id }) => id}
      href={({ id }) => `/experiments/${id}`}
    />
  );
}

function TargetCell({ target }: { target: Experiment["target"] }) {
  return (
    <>
      {targetTitle(target)}
      {target.label !== "" && (
        <span className="quiet target-parts">
          {targetParts(target).map((part) => (
            <span key={part} className="nowrap">
              {part}
            </span>
          ))}
        </span>
      )}
    </>
  );
}

/** Finished, and every case ran. */
function isPlain({ state, errorCount, voidCount }: Experiment): boolean {
  return state === "finished" && errorCount + voidCount === 0;
}

export function ExperimentState({ experiment }: { experiment: Experiment }) {
  if (experiment.state === "running") return <Status tone="busy">running</Status>;
  const problems = [
    experiment.errorCount > 0 && `${formatCount(experiment.errorCount)} with errors`,
    experiment.voidCount > 0 && `${formatCount(experiment.voidCount)} void`,
  ].filter(Boolean);
  return <span>finished{problems.length > 0 && `, ${problems.join(", ")}`}</span>;
}

function GateVerdicts({ gates }: { gates: readonly Gate[] }) {
  if (gates.length === 0) return <span className="quiet">{noValue}</span>;
  return gates.map((gate) => (
    <ProjectLink key={gate.id} href={`/gates/${gate.id}`} className="gate-link">
      <Status tone={verdictTone(gate.verdict)}>{gateWord(gate.verdict)}</Status> <span className="mono">{gate.id}</span>
    </ProjectLink>
  ));
}

function CompareLink({ experiment, baseline }: { experiment: Experiment; baseline: Experiment | undefined }) {
  const project = useProject();
  if (baseline?.id === experiment.id) return <Badge tone="busy">baseline</Badge>;
  if (!baseline) {
    return (
      <Link
        from="/p/$project/experiments"
        to="."
        search={(search) => ({ ...search, baseline: experiment.id })}
        resetScroll={false}
        className="nowrap"
      >
        as baseline
      </Link>
    );
  }
  return (
    <Link
      to="/p/$project/experiments/compare"
      params={{ project }}
      search={{ baseline: baseline.id, candidate: experiment.id }}
      className="nowrap"
    >
      with {baseline.id}
    </Link>
  );
}

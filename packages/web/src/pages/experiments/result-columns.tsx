import type { ExperimentDetail, TrialResult } from "@ratchet/protocol";
import { Link } from "@tanstack/react-router";
import { formatDuration, formatScore, noValue } from "../../ui/numbers.ts";
import { ProjectLink } from "../../ui/project-link.tsx";
import { Status } from "../../ui/status.tsx";
import type { VirtualColumn } from "../../ui/virtual-table.tsx";
import type { CaseResult } from "./case-results.ts";

/** One column for each metric that has a score, beside what every result has; the outcome only where one is not plain. */
export function resultColumns(
  { metrics, inputs }: Pick<ExperimentDetail, "metrics" | "inputs">,
  cases: readonly CaseResult[],
): VirtualColumn<CaseResult>[] {
  const scored = metrics.filter(({ name }) => cases.some(({ means }) => means[name] !== undefined));
  const hasProblem = cases.some(({ errorCount, voidCount }) => errorCount + voidCount > 0);
  return [
    {
      header: "Input",
      cell: (result) => (
        <Link
          from="/p/$project/experiments/$experimentId"
          to="."
          search={(search) => ({ ...search, case: result.caseId })}
          resetScroll={false}
          className="row-link"
          data-row
        >
          {inputs[result.caseId] || result.caseId}
        </Link>
      ),
    },
    {
      header: "Case",
      width: "180px",
      wideOnly: true,
      cell: ({ caseId }) => (
        <span className="mono quiet" title={caseId}>
          {caseId}
        </span>
      ),
    },
    ...(hasProblem ? [outcomeColumn] : []),
    ...scored.map(
      ({ name }, index): VirtualColumn<CaseResult> => ({
        header: name,
        wideOnly: index > 0,
        width: "116px",
        numeric: true,
        cell: ({ means }) => (means[name] === undefined ? noValue : formatScore(means[name])),
      }),
    ),
    {
      header: "Duration",
      numeric: true,
      width: "88px",
      wideOnly: true,
      cell: (result) => formatDuration(result.meanDurationMs),
    },
    {
      header: "Traces",
      width: cases.some(({ trials }) => trials.length > 1) ? "120px" : "64px",
      wideOnly: true,
      cell: (result) => <TraceLinks trials={result.trials} />,
    },
  ];
}

const outcomeColumn: VirtualColumn<CaseResult> = {
  header: "Outcome",
  width: "120px",
  cell: (result) => <Outcome result={result} />,
};

function Outcome({ result: { errorCount, voidCount, trials } }: { result: CaseResult }) {
  const of = trials.length > 1 ? ` ${errorCount || voidCount} of ${trials.length}` : "";
  if (errorCount > 0) return <Status tone="bad">error{of}</Status>;
  if (voidCount > 0) return <Status tone="unsure">void{of}</Status>;
  return <span className="quiet">ran</span>;
}

/** Trials by number, each a link to its trace. */
function TraceLinks({ trials }: { trials: readonly TrialResult[] }) {
  const traced = trials.filter(({ traceId }) => traceId !== null);
  if (traced.length === 0) return noValue;
  return (
    <span className="links">
      {traced.map(({ trial, traceId }) => (
        <ProjectLink key={trial} href={`/traces/${traceId}`}>
          {trials.length === 1 ? "trace" : `#${trial}`}
        </ProjectLink>
      ))}
    </span>
  );
}

import type { MetricInfo, TrialResult } from "@ratchet/protocol";
import { Link } from "@tanstack/react-router";
import { formatDuration, formatScore, noValue } from "../../ui/numbers.ts";
import { ProjectLink } from "../../ui/project-link.tsx";
import { Status } from "../../ui/status.tsx";
import type { VirtualColumn } from "../../ui/virtual-table.tsx";
import type { CaseResult } from "./case-results.ts";

/** One column a metric, beside what every result has. */
export function resultColumns(metrics: readonly MetricInfo[]): VirtualColumn<CaseResult>[] {
  return [
    {
      header: "Case",
      width: "22%",
      cell: (result) => (
        <Link
          from="/p/$project/experiments/$experimentId"
          to="."
          search={(search) => ({ ...search, case: result.caseId })}
          resetScroll={false}
          className="row-link mono"
          data-row
        >
          {result.caseId}
        </Link>
      ),
    },
    { header: "Outcome", width: "140px", cell: (result) => <Outcome result={result} /> },
    ...metrics.map(
      ({ name }): VirtualColumn<CaseResult> => ({
        header: name,
        numeric: true,
        cell: ({ means }) => (means[name] === undefined ? noValue : formatScore(means[name])),
      }),
    ),
    { header: "Duration", numeric: true, width: "88px", cell: (result) => formatDuration(result.meanDurationMs) },
    { header: "Traces", width: "120px", cell: (result) => <TraceLinks trials={result.trials} /> },
  ];
}

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

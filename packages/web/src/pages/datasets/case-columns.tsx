import type { Case } from "@ratchet/protocol";
import { Link } from "@tanstack/react-router";
import { noValue } from "../../ui/numbers.ts";
import { ProjectLink } from "../../ui/project-link.tsx";
import { Badge } from "../../ui/status.tsx";
import type { VirtualColumn } from "../../ui/virtual-table.tsx";
import { previewInRow } from "../json-preview.ts";

interface CaseColumn extends VirtualColumn<Case> {
  /** Whether the column has something to say of the case. */
  isUsed: (row: Case) => boolean;
}

/** The columns that at least one of the cases uses: empty ones would take the room of the input. */
export function caseColumns(cases: readonly Case[]): VirtualColumn<Case>[] {
  return columns.filter(({ isUsed }) => cases.some(isUsed));
}

const columns: CaseColumn[] = [
  {
    header: "Input",
    width: "40%",
    isUsed: () => true,
    cell: (row) => (
      <Link
        from="/p/$project/datasets/$name"
        to="."
        search={(search) => ({ ...search, case: row.id })}
        resetScroll={false}
        className="row-link"
        data-row
      >
        {previewInRow(row.input)}
      </Link>
    ),
  },
  {
    header: "Reference",
    isUsed: ({ reference }) => reference !== undefined,
    cell: (row) => (row.reference === undefined ? noValue : previewInRow(row.reference)),
  },
  {
    header: "Metadata",
    wideOnly: true,
    isUsed: ({ metadata }) => Object.keys(metadata).length > 0,
    cell: (row) => (
      <span className="mono quiet">
        {Object.entries(row.metadata)
          .map(([key, value]) => `${key}:${value}`)
          .join(" ")}
      </span>
    ),
  },
  {
    header: "Split",
    width: "80px",
    wideOnly: true,
    isUsed: ({ split }) => split !== undefined,
    cell: (row) => row.split ?? noValue,
  },
  {
    header: "Loop",
    width: "168px",
    wideOnly: true,
    isUsed: ({ locked, failure, sourceTraceId }) =>
      locked !== null || failure !== undefined || sourceTraceId !== undefined,
    cell: (row) => <LoopLinks row={row} />,
  },
];

/** Where the case comes from, and whether it may ever fail again. */
function LoopLinks({ row: { locked, failure, sourceTraceId } }: { row: Case }) {
  return (
    <span className="case-loop">
      {locked && (
        <Badge tone="good" title={`It may never fail again: passed ${locked.passes} of ${locked.trials} trials`}>
          ✓ locked
        </Badge>
      )}
      {failure && (
        <ProjectLink href={`/failures/${failure}`} className="mono">
          {failure}
        </ProjectLink>
      )}
      {sourceTraceId && <ProjectLink href={`/traces/${sourceTraceId}`}>trace</ProjectLink>}
    </span>
  );
}

import type { Case } from "@ratchet/protocol";
import { Link } from "@tanstack/react-router";
import { noValue } from "../../ui/numbers.ts";
import { ProjectLink } from "../../ui/project-link.tsx";
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
    width: "42%",
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
    isUsed: ({ split }) => split !== undefined,
    cell: (row) => row.split ?? noValue,
  },
  {
    header: "Cluster",
    width: "12%",
    isUsed: ({ cluster }) => cluster !== undefined,
    cell: (row) => row.cluster ?? noValue,
  },
  {
    header: "Locked",
    isUsed: ({ locked }) => locked !== null,
    width: "92px",
    cell: (row) => (row.locked ? `✓ ${row.locked.passes} of ${row.locked.trials}` : noValue),
  },
  {
    header: "Trace",
    width: "60px",
    isUsed: ({ sourceTraceId }) => sourceTraceId !== undefined,
    cell: (row) =>
      row.sourceTraceId ? <ProjectLink href={`/traces/${row.sourceTraceId}`}>trace</ProjectLink> : noValue,
  },
  {
    header: "Failure",
    width: "64px",
    isUsed: ({ failure }) => failure !== undefined,
    cell: (row) =>
      row.failure ? (
        <ProjectLink href={`/failures/${row.failure}`} className="mono">
          {row.failure}
        </ProjectLink>
      ) : (
        noValue
      ),
  },
];

import type { Case } from "@ratchet/protocol";
import { Link } from "@tanstack/react-router";
import { noValue } from "../../ui/numbers.ts";
import { ProjectLink } from "../../ui/project-link.tsx";
import type { VirtualColumn } from "../../ui/virtual-table.tsx";
import { previewInRow } from "../json-preview.ts";

export const caseColumns: VirtualColumn<Case>[] = [
  {
    header: "Input",
    width: "32%",
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
    cell: (row) => (row.reference === undefined ? noValue : previewInRow(row.reference)),
  },
  {
    header: "Metadata",
    cell: (row) => (
      <span className="mono quiet">
        {Object.entries(row.metadata)
          .map(([key, value]) => `${key}:${value}`)
          .join(" ")}
      </span>
    ),
  },
  { header: "Split", width: "80px", cell: (row) => row.split ?? noValue },
  { header: "Cluster", width: "14%", cell: (row) => row.cluster ?? noValue },
  {
    header: "Locked",
    width: "92px",
    cell: (row) => (row.locked ? `✓ ${row.locked.passes} of ${row.locked.trials}` : noValue),
  },
  {
    header: "Trace",
    width: "72px",
    cell: (row) =>
      row.sourceTraceId ? <ProjectLink href={`/traces/${row.sourceTraceId}`}>trace</ProjectLink> : noValue,
  },
  {
    header: "Failure",
    width: "72px",
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

/** The ratchet itself: locked cases that block, waver or wait for trials are listed; those that hold are counted. */
import type { Gate, LockedCaseVerdict } from "@ratchet/protocol";
import { formatPlural } from "../../ui/numbers.ts";
import { ProjectLink } from "../../ui/project-link.tsx";
import { Status, type Tone } from "../../ui/status.tsx";
import { type Column, Table } from "../../ui/table.tsx";

const order: readonly LockedCaseVerdict["state"][] = ["blocks", "needs trials", "flaky", "holds"];
const tones: Record<LockedCaseVerdict["state"], Tone> = {
  blocks: "bad",
  "needs trials": "unsure",
  flaky: "unsure",
  holds: "good",
};

export function LockedCases({ gate }: { gate: Gate }) {
  if (gate.locked.length === 0) return null;
  const noticed = gate.locked
    .filter(({ state }) => state !== "holds")
    .sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  const holding = gate.locked.length - noticed.length;
  const columns: Column<LockedCaseVerdict>[] = [
    {
      header: "Locked case",
      cell: ({ caseId }) => (
        <ProjectLink
          href={`/datasets/${encodeURIComponent(gate.dataset)}?version=${gate.datasetVersion}&case=${encodeURIComponent(caseId)}`}
          className="mono"
        >
          {caseId}
        </ProjectLink>
      ),
    },
    { header: "Now", cell: ({ state }) => <Status tone={tones[state]}>{state}</Status> },
    { header: "Passes in its record", numeric: true, cell: ({ record }) => `${record.passes} of ${record.trials}` },
    { header: "Passes now", numeric: true, cell: ({ now }) => `${now.passes} of ${now.trials}` },
  ];
  return (
    <section className="section" aria-label="Locked cases">
      <h2>Locked cases</h2>
      <p>
        <Status tone={noticed.some(({ state }) => state === "blocks") ? "bad" : "good"}>
          {holding} of {formatPlural(gate.locked.length, "locked case")} hold
        </Status>
      </p>
      {noticed.length > 0 && (
        <Table label="Locked cases that do not hold" columns={columns} rows={noticed} rowKey={({ caseId }) => caseId} />
      )}
    </section>
  );
}

/** The failures that moved the evidence, each with its trace. */
import type { RolloutDetail } from "@ratchet/protocol";
import { formatPlural } from "../../ui/numbers.ts";
import { ProjectLink } from "../../ui/project-link.tsx";
import { SimulatedBadge } from "../../ui/status.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";

type Driver = RolloutDetail["drivers"][number];

const columns: Column<Driver>[] = [
  { header: "When", width: "84px", cell: ({ at }) => <Time at={at} /> },
  { header: "Arm", width: "84px", cell: ({ arm }) => arm },
  { header: "Signal", width: "160px", wideOnly: true, cell: ({ detector }) => detector },
  {
    header: "Why",
    cell: ({ reason, simulated }) => (
      <>
        {reason} {simulated && <SimulatedBadge />}
      </>
    ),
  },
];

export function Drivers({ rollout: { id, drivers, arms } }: { rollout: RolloutDetail }) {
  const failed = arms.candidate.failedUnits + arms.control.failedUnits;
  return (
    <section className="section" aria-label="Failures that drove it">
      <h2>Failures that drove it</h2>
      {drivers.length === 0 ? (
        <p className="quiet">No unit has failed since the start.</p>
      ) : (
        <>
          <Table
            label="Failures that drove the evidence"
            columns={columns}
            rows={drivers}
            rowKey={({ traceId, detector }) => `${traceId} ${detector}`}
            href={({ traceId }) => `/traces/${traceId}`}
          />
          <p className="list-count">
            {drivers.length} of {formatPlural(failed, "failed unit")}; all traces of the{" "}
            <ProjectLink href={`/traces?rollout=${id}&arm=candidate`}>candidate</ProjectLink>
          </p>
        </>
      )}
    </section>
  );
}

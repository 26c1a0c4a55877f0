import type { Rollout } from "@ratchet/protocol";
import { formatPercent } from "../../ui/numbers.ts";
import { Status } from "../../ui/status.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { FailureLinks } from "../failure-links.tsx";
import { rolloutStates, trafficText } from "./rollout-words.ts";

const columns: Column<Rollout>[] = [
  { header: "Rollout", cell: ({ id }) => <span className="mono">{id}</span> },
  {
    header: "Release",
    wideOnly: true,
    cell: ({ release, control }) => <span className="nowrap">{`${release} against ${control}`}</span>,
  },
  {
    header: "Ended",
    cell: (rollout) => (
      <>
        <Status tone={rolloutStates[rollout.state].tone}>{rolloutStates[rollout.state].word}</Status>
        <br />
        <span className="quiet rollout-traffic">{trafficText(rollout)}</span>
      </>
    ),
  },
  {
    header: "Why",
    cell: ({ lastDecision }) => lastDecision?.reason ?? <span className="quiet">no decision recorded</span>,
  },
  { header: "Failed units", numeric: true, wideOnly: true, cell: ({ arms }) => failedText(arms) },
  { header: "Fixes", wideOnly: true, cell: ({ fixes }) => <FailureLinks failures={fixes} /> },
  { header: "When", wideOnly: true, cell: ({ endedAt, startedAt }) => <Time at={endedAt ?? startedAt} relative /> },
];

/** Rollouts that have ended, each with the sentence of its last decision. */
export function RolloutTable({ rollouts }: { rollouts: Rollout[] }) {
  return (
    <Table
      label="Past rollouts"
      columns={columns}
      rows={rollouts}
      rowKey={({ id }) => id}
      href={({ id }) => `/rollouts/${id}`}
    />
  );
}

function failedText({ candidate, control }: Rollout["arms"]): string {
  const rate = ({ failedUnits, units }: { failedUnits: number; units: number }) =>
    formatPercent(units === 0 ? null : failedUnits / units);
  return `${rate(candidate)} (control ${rate(control)})`;
}

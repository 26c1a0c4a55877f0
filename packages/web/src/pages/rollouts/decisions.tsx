/** Every decision with its sentence and the numbers of that moment, newest first. */
import type { RolloutDetail } from "@ratchet/protocol";
import { decisionWords } from "../../ui/stage-states.ts";
import { type Column, Table } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";

type Decision = RolloutDetail["decisions"][number];

const columns: Column<Decision>[] = [
  { header: "When", width: "84px", cell: ({ at }) => <Time at={at} /> },
  { header: "Decision", width: "96px", cell: ({ action }) => decisionWords[action] },
  { header: "At", width: "60px", numeric: true, wideOnly: true, cell: ({ percent }) => `${percent} %` },
  { header: "Who", width: "110px", wideOnly: true, cell: ({ actor }) => actor },
  { header: "Why", cell: ({ reason }) => reason },
];

export function Decisions({ decisions }: { decisions: readonly Decision[] }) {
  return (
    <section className="section" aria-label="Decisions">
      <h2>Decisions</h2>
      <Table
        label="Decisions"
        columns={columns}
        rows={decisions.toReversed()}
        rowKey={({ at, action }) => `${at} ${action}`}
      />
    </section>
  );
}

/** All gates, newest first: the word, the sentence, and which two experiments were compared. */
import type { Gate } from "@ratchet/protocol";
import { Status, verdictTone } from "../../ui/status.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { FailureLinks } from "../failure-links.tsx";
import { gateWord } from "../gate-words.ts";

const columns: Column<Gate>[] = [
  { header: "Gate", cell: (gate) => <span className="mono">{gate.id}</span> },
  { header: "Verdict", cell: (gate) => <Status tone={verdictTone(gate.verdict)}>{gateWord(gate.verdict)}</Status> },
  { header: "Why", cell: (gate) => gate.sentence },
  {
    header: "Candidate against baseline",
    wideOnly: true,
    cell: (gate) => <span className="mono">{`${gate.candidate} : ${gate.baseline}`}</span>,
  },
  { header: "Look", numeric: true, wideOnly: true, cell: (gate) => `${gate.look} of ${gate.maxLooks}` },
  { header: "Failures", cell: (gate) => <FailureLinks failures={gate.failures} /> },
  { header: "When", wideOnly: true, cell: (gate) => <Time at={gate.createdAt} relative /> },
];

export function GateTable({ gates }: { gates: Gate[] }) {
  return (
    <Table
      label="Gates"
      columns={columns}
      rows={gates}
      rowKey={(gate) => gate.id}
      href={(gate) => `/gates/${gate.id}`}
    />
  );
}

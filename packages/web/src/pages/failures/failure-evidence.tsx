/** The signals behind a failure, each with its trace, and the failure's history. */
import type { FailureDetail } from "@ratchet/protocol";
import { formatCount } from "../../ui/numbers.ts";
import { SimulatedBadge, Status, type Tone } from "../../ui/status.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { stageTones } from "./stage-words.ts";

type SignalRow = FailureDetail["signals"][number];

const severities: Record<number, [tone: Tone, word: string]> = {
  1: ["neutral", "nuisance"],
  2: ["bad", "failure"],
  3: ["bad", "outage"],
};

const signalColumns: Column<SignalRow>[] = [
  { header: "Trace", width: "92px", cell: ({ traceId }) => <span className="mono">{traceId.slice(0, 8)}</span> },
  {
    header: "Severity",
    width: "104px",
    wideOnly: true,
    cell: ({ severity }) => {
      const [tone, word] = severities[severity] ?? ["bad", String(severity)];
      return <Status tone={tone}>{word}</Status>;
    },
  },
  {
    header: "Reason",
    cell: ({ reason, simulated }) => (
      <>
        {reason} {simulated && <SimulatedBadge />}
      </>
    ),
  },
  { header: "Seen", width: "96px", numeric: true, cell: ({ createdAt }) => <Time at={createdAt} relative /> },
];

export function FailureEvidence({ failure }: { failure: FailureDetail }) {
  const { signals, signalCount, history } = failure;
  return (
    <div className="failure-evidence">
      <section>
        <h2>Signals</h2>
        <Table
          label="Signals"
          columns={signalColumns}
          rows={signals}
          rowKey={(signal) => `${signal.traceId} ${signal.createdAt} ${signal.reason}`}
          href={(signal) => `/traces/${signal.traceId}`}
        />
        <p className="list-count">
          {formatCount(signals.length)} of {formatCount(Math.max(signalCount, signals.length))}, newest first
        </p>
      </section>
      <section>
        <h2>History</h2>
        <ol className="failure-history">
          {history.toReversed().map(({ at, stage, note }) => (
            <li key={`${at} ${stage}`}>
              <Status tone={stageTones[stage]}>{stage}</Status>
              <span>{note}</span>
              <span className="quiet">
                <Time at={at} relative />
              </span>
            </li>
          ))}
        </ol>
      </section>
    </div>
  );
}

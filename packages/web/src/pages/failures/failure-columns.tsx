import type { Failure } from "@ratchet/protocol";
import { formatCount, formatPlural } from "../../ui/numbers.ts";
import { Sparkline } from "../../ui/sparkline.tsx";
import { SimulatedBadge, Status } from "../../ui/status.tsx";
import type { Column } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { stageTones, trendArrows } from "./stage-words.ts";

/** The columns of the failures list. */
export const failureColumns: Column<Failure>[] = [
  {
    header: "Failure",
    cell: ({ id, title, simulated }) => (
      <>
        <span className="mono">{id}</span> {title} {simulated && <SimulatedBadge />}
      </>
    ),
  },
  {
    header: "Stage",
    width: "130px",
    cell: ({ stage }) => <Status tone={stageTones[stage]}>{stage}</Status>,
  },
  {
    header: "Trend",
    width: "196px",
    wideOnly: true,
    cell: (failure) => (
      <span className="trend">
        <Sparkline
          counts={failure.sparkline}
          label={`${formatPlural(failure.signalCount, "signal")} since first seen`}
        />
        <span aria-hidden="true">{trendArrows[failure.trend]}</span> {failure.trend}
      </span>
    ),
  },
  { header: "Signals", numeric: true, width: "72px", cell: ({ signalCount }) => formatCount(signalCount) },
  { header: "Traces", numeric: true, width: "72px", wideOnly: true, cell: ({ traceCount }) => formatCount(traceCount) },
  { header: "People", numeric: true, width: "72px", wideOnly: true, cell: ({ userCount }) => formatCount(userCount) },
  {
    header: "Last seen",
    numeric: true,
    width: "104px",
    wideOnly: true,
    cell: ({ lastSeen }) => <Time at={lastSeen} relative />,
  },
];

/** Both arms side by side, and whether their units split as planned. */
import type { Rollout } from "@ratchet/protocol";
import { formatCount, formatPercent, noValue } from "../../ui/numbers.ts";
import { ProjectLink } from "../../ui/project-link.tsx";
import { Status } from "../../ui/status.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { pText } from "../p-text.ts";

type Arm = Rollout["arms"]["control"] & { name: "candidate" | "control"; release: string; rollout: string };

const columns: Column<Arm>[] = [
  { header: "Arm", cell: ({ name, release }) => `${name}, ${release}` },
  { header: "Units", numeric: true, cell: ({ units }) => formatCount(units) },
  {
    header: "Traces",
    numeric: true,
    wideOnly: true,
    cell: ({ traces, name, rollout }) => (
      <ProjectLink href={`/traces?rollout=${rollout}&arm=${name}`}>{formatCount(traces)}</ProjectLink>
    ),
  },
  { header: "Failed units", numeric: true, cell: ({ failedUnits }) => formatCount(failedUnits) },
  { header: "Rate [95 % interval]", numeric: true, cell: (arm) => <Rate arm={arm} /> },
];

export function Arms({ rollout }: { rollout: Rollout }) {
  const { id, release, control, arms } = rollout;
  const rows: Arm[] = [
    { ...arms.candidate, name: "candidate", release, rollout: id },
    { ...arms.control, name: "control", release: control, rollout: id },
  ];
  return (
    <section className="section" aria-label="Arms">
      <h2>Arms</h2>
      <Table label="Arms" columns={columns} rows={rows} rowKey={({ name }) => name} />
      {rollout.endedAt === null && <SampleRatio p={rollout.sampleRatioP} percent={rollout.percent} />}
    </section>
  );
}

function Rate({ arm }: { arm: Arm }) {
  if (arm.failureRate === null || arm.units === 0) return <span className="quiet">{noValue}</span>;
  if (arm.failureRate === undefined) return formatPercent(arm.failedUnits / arm.units);
  const { estimate, low, high } = arm.failureRate;
  return (
    <>
      {formatPercent(estimate)}{" "}
      <span className="quiet">
        [{formatPercent(low)}, {formatPercent(high)}]
      </span>
    </>
  );
}

// Below this the units contradict the plan, and the server pauses.
const alarmBelow = 0.001;

function SampleRatio({ p, percent }: { p: number | null; percent: number }) {
  if (p === null) return <p className="quiet arms-note">Sample ratio: nothing to check in this stage.</p>;
  return (
    <p className="arms-note">
      {p < alarmBelow ? (
        <Status tone="bad">units do not split as planned</Status>
      ) : (
        <Status tone="good">units split as planned</Status>
      )}{" "}
      <span className="quiet">
        ({percent} % for the candidate; p {p < alarmBelow ? "" : "= "}
        {pText(p)}, alarm below {alarmBelow})
      </span>
    </p>
  );
}

/** The ratchet itself: locked cases that block, waver or wait for trials are listed; those that hold are counted. */
import type { Gate, LockedCaseVerdict } from "@ratchet/protocol";
import { formatCount, formatPlural } from "../../ui/numbers.ts";
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
        <Summary locked={gate.locked} />
      </p>
      {noticed.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        <section className="bounded" tabIndex={0} aria-label="Locked cases that do not simply hold">
          <Table label="Locked cases" columns={columns} rows={noticed} rowKey={({ caseId }) => caseId} />
        </section>
      )}
    </section>
  );
}

/** `✕ 1 of 14 locked cases blocks (11 hold, 2 flaky)`. */
function Summary({ locked }: { locked: readonly LockedCaseVerdict[] }) {
  const count = (state: LockedCaseVerdict["state"]) => locked.filter((verdict) => verdict.state === state).length;
  const blocking = count("blocks");
  const rest = (["holds", "flaky", "needs trials"] as const)
    .filter((state) => count(state) > 0)
    .map((state) => `${formatCount(count(state))} ${restWords[state]}`);
  return (
    <>
      <Status tone={blocking > 0 ? "bad" : count("needs trials") > 0 ? "unsure" : "good"}>
        {blocking === 0 ? "none" : formatCount(blocking)} of {formatPlural(locked.length, "locked case")}{" "}
        {blocking > 1 ? "block" : "blocks"}
      </Status>{" "}
      <span className="quiet">({rest.join(", ")})</span>
    </>
  );
}

const restWords = { holds: "hold", flaky: "flaky", "needs trials": "need more trials" };

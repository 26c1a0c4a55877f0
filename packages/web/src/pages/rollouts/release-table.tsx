import type { Release } from "@ratchet/protocol";
import { useLocation } from "@tanstack/react-router";
import { useEffect } from "react";
import { noValue } from "../../ui/numbers.ts";
import { ProjectLink } from "../../ui/project-link.tsx";
import { Status } from "../../ui/status.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { FailureLinks } from "../failure-links.tsx";
import { releaseStates } from "./rollout-words.ts";

const columns: Column<Release>[] = [
  {
    header: "Release",
    cell: ({ id }) => (
      <span id={id} className="mono">
        {id}
      </span>
    ),
  },
  {
    header: "State",
    cell: ({ state }) => (
      <span className="nowrap">
        <Status tone={releaseStates[state].tone}>{releaseStates[state].word}</Status>
      </span>
    ),
  },
  { header: "Let through by", cell: (release) => <LetThrough release={release} /> },
  { header: "Prompts", wideOnly: true, cell: ({ prompts }) => <PromptVersions prompts={prompts} /> },
  { header: "Rollouts", wideOnly: true, cell: ({ rollouts }) => <Rollouts rollouts={rollouts} /> },
  { header: "Fixes", cell: ({ fixes }) => <FailureLinks failures={fixes} /> },
  { header: "Note", wideOnly: true, cell: ({ note }) => note },
  { header: "Made", wideOnly: true, cell: ({ createdAt }) => <Time at={createdAt} relative /> },
];

export function ReleaseTable({ releases }: { releases: Release[] }) {
  const { hash } = useLocation();
  // The browser looked for the address's #R-3 before there were any rows.
  useEffect(() => document.getElementById(hash)?.scrollIntoView({ block: "center" }), [hash]);
  return <Table label="Releases" columns={columns} rows={releases} rowKey={({ id }) => id} />;
}

/** The gate that passed, or the reason why it went out without one. */
export function LetThrough({ release: { gate, forcedBecause } }: { release: Release }) {
  if (forcedBecause !== null) return <Status tone="unsure">forced: {forcedBecause}</Status>;
  if (gate === null) return <span className="quiet">first release</span>;
  return (
    <ProjectLink href={`/gates/${gate}`} className="mono">
      {gate}
    </ProjectLink>
  );
}

/** Each prompt version, as a link to its content. */
export function PromptVersions({ prompts }: { prompts: Release["prompts"] }) {
  return (
    <span className="links">
      {Object.entries(prompts).map(([name, version]) => (
        <ProjectLink key={name} href={`/prompts/${encodeURIComponent(name)}?version=${version}`} className="mono">
          {name}@{version}
        </ProjectLink>
      ))}
    </span>
  );
}

function Rollouts({ rollouts }: { rollouts: readonly string[] }) {
  if (rollouts.length === 0) return <span className="quiet">{noValue}</span>;
  return (
    <span className="links">
      {rollouts.map((id) => (
        <ProjectLink key={id} href={`/rollouts/${id}`} className="mono">
          {id}
        </ProjectLink>
      ))}
    </span>
  );
}

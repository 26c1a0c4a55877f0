/** Rollouts, active and past, and the releases that they take to traffic. */
import type { Rollout } from "@ratchet/protocol";
import { useQuery } from "@tanstack/react-query";
import { releasesQuery, rolloutsQuery } from "../../api/rollouts.ts";
import { CodeBlock } from "../../ui/code-block.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { formatPlural } from "../../ui/numbers.ts";
import { PageHeader } from "../../ui/page-header.tsx";
import { ProjectLink, useProject } from "../../ui/project-link.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { StageTrack } from "../../ui/stage-track.tsx";
import { Status } from "../../ui/status.tsx";
import "../page-sections.css";
import { ReleaseTable } from "./release-table.tsx";
import { RolloutTable } from "./rollout-table.tsx";
import { rolloutStates, standingText, trafficText } from "./rollout-words.ts";
import "./rollouts.css";

export function RolloutsPage() {
  const project = useProject();
  const rollouts = useQuery(rolloutsQuery(project));
  const releases = useQuery(releasesQuery(project));
  const failed = rollouts.error ? rollouts : releases.error ? releases : null;
  return (
    <>
      <PageHeader
        title="Rollouts"
        meta={
          rollouts.data &&
          releases.data && (
            <>
              <span>{formatPlural(rollouts.data.total, "rollout")}</span>
              <span>{formatPlural(releases.data.total, "release")}</span>
            </>
          )
        }
      />
      {failed?.error ? (
        <ErrorState error={failed.error} retry={() => void failed.refetch()} />
      ) : !rollouts.data || !releases.data ? (
        <Skeleton />
      ) : rollouts.data.total + releases.data.total === 0 ? (
        <NoReleases />
      ) : (
        <>
          <Active rollouts={rollouts.data.rollouts.filter(isActive)} />
          <History rollouts={rollouts.data.rollouts.filter((rollout) => !isActive(rollout))} />
          <section className="section" aria-label="Releases">
            <h2>Releases</h2>
            <ReleaseTable releases={releases.data.releases} />
          </section>
        </>
      )}
    </>
  );
}

function isActive({ state }: Rollout): boolean {
  return state === "running" || state === "paused";
}

function Active({ rollouts }: { rollouts: Rollout[] }) {
  if (rollouts.length === 0) return <p className="notice">No rollout is active.</p>;
  return rollouts.map((rollout) => {
    const { tone, word } = rolloutStates[rollout.state];
    return (
      <section key={rollout.id} className="section" aria-label={`Active rollout ${rollout.id}`}>
        <h2>
          <ProjectLink href={`/rollouts/${rollout.id}`} data-row>
            {rollout.id}: {rollout.release} against {rollout.control}
          </ProjectLink>{" "}
          <Status tone={tone}>
            {word}, {trafficText(rollout)}
          </Status>
        </h2>
        <StageTrack rollout={rollout} decisions={rollout.lastDecision ? [rollout.lastDecision] : []} />
        <ul className="sentences rollout-standing">
          <li>{standingText(rollout)}</li>
          {rollout.waitingFor.map((sentence) => (
            <li key={sentence}>Waiting for: {sentence}</li>
          ))}
          {rollout.lastDecision && <li className="quiet">{rollout.lastDecision.reason}</li>}
        </ul>
      </section>
    );
  });
}

function History({ rollouts }: { rollouts: Rollout[] }) {
  if (rollouts.length === 0) return null;
  return (
    <section className="section" aria-label="History">
      <h2>History</h2>
      <RolloutTable rollouts={rollouts} />
    </section>
  );
}

function NoReleases() {
  return (
    <EmptyState title="No releases yet">
      <p>
        A release names the prompt versions that may be shipped; a rollout takes it to traffic in stages, and rolls it
        back by itself when it does harm. A release comes from a gate that has passed:
      </p>
      <CodeBlock code="npx ratchet rollout --help" label="command" />
    </EmptyState>
  );
}

/** One rollout: where it stands and why, the evidence over time, both arms, and what a person may do. */
import type { RolloutDetail } from "@ratchet/protocol";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { releasesQuery, rolloutQuery } from "../../api/rollouts.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { LoopStripOf } from "../../ui/loop-strip.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { useProject } from "../../ui/project-link.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { StageTrack } from "../../ui/stage-track.tsx";
import { Status } from "../../ui/status.tsx";
import { Time } from "../../ui/time.tsx";
import "../page-sections.css";
import { Arms } from "./arms.tsx";
import { Decisions } from "./decisions.tsx";
import { Drivers } from "./drivers.tsx";
import { Evidence } from "./evidence.tsx";
import { LetThrough, PromptVersions } from "./release-table.tsx";
import { RolloutActions } from "./rollout-actions.tsx";
import { rolloutStates, standingText, trafficText } from "./rollout-words.ts";
import "./rollouts.css";

export function RolloutPage() {
  const { project, rolloutId } = useParams({ from: "/p/$project/rollouts/$rolloutId" });
  const { data, error, refetch, dataUpdatedAt } = useQuery(rolloutQuery(project, rolloutId));
  return (
    <>
      <PageHeader
        title={data ? `${rolloutId}: ${data.release} against ${data.control}` : rolloutId}
        meta={data ? <Facts rollout={data} readAtMs={dataUpdatedAt} /> : undefined}
        actions={data ? <RolloutActions rollout={data} /> : undefined}
      />
      <LoopStripOf object="rollout" id={rolloutId} />
      {error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : data ? (
        <Content rollout={data} readAtMs={dataUpdatedAt} />
      ) : (
        <Skeleton />
      )}
    </>
  );
}

function Facts({ rollout, readAtMs }: { rollout: RolloutDetail; readAtMs: number }) {
  const { tone, word } = rolloutStates[rollout.state];
  return (
    <>
      <Status tone={tone}>
        {word}, {trafficText(rollout)}
      </Status>
      <span>
        started <Time at={rollout.startedAt} relative />
      </span>
      {rollout.endedAt ? (
        <span>
          ended <Time at={rollout.endedAt} relative />
        </span>
      ) : (
        <>
          <span>{rollout.autoPromote ? "promotes itself" : "a person promotes"}</span>
          {/* A stale "safe" is dangerous: say how old this is. */}
          <span>
            as of <Time at={new Date(readAtMs).toISOString()} />
          </span>
        </>
      )}
    </>
  );
}

function Content({ rollout, readAtMs }: { rollout: RolloutDetail; readAtMs: number }) {
  return (
    <>
      <section aria-label="Stages">
        <StageTrack rollout={rollout} decisions={rollout.decisions} />
        <Standing rollout={rollout} />
      </section>
      <ReleaseFacts release={rollout.release} />
      <Evidence rollout={rollout} readAtMs={readAtMs} />
      <Arms rollout={rollout} />
      <Drivers rollout={rollout} />
      <Decisions decisions={rollout.decisions} />
    </>
  );
}

function Standing({ rollout }: { rollout: RolloutDetail }) {
  const last = rollout.decisions[rollout.decisions.length - 1];
  const standing = standingText(rollout);
  return (
    <ul className="sentences rollout-standing">
      {standing !== null && <li>{standing}</li>}
      {rollout.waitingFor.map((sentence) => (
        <li key={sentence}>Waiting for: {sentence}</li>
      ))}
      {last && <li className="quiet">{last.reason}</li>}
    </ul>
  );
}

function ReleaseFacts({ release: id }: { release: string }) {
  const { data } = useQuery(releasesQuery(useProject()));
  const release = data?.releases.find((candidate) => candidate.id === id);
  if (!release) return null;
  return (
    <section className="section" aria-label="Release">
      <h2>Release {id}</h2>
      <dl className="facts">
        <dt>Let through by</dt>
        <dd>
          <LetThrough release={release} />
        </dd>
        <dt>Prompts</dt>
        <dd>
          <PromptVersions prompts={release.prompts} />
        </dd>
        {release.note && (
          <>
            <dt>Note</dt>
            <dd>{release.note}</dd>
          </>
        )}
      </dl>
    </section>
  );
}

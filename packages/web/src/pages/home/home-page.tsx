/** Home is the loop board: what waits where, how the traffic does, what the sample is doing. */
import type { Home } from "@ratchet/protocol";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { homeQuery } from "../../api/home.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { useProject } from "../../ui/project-link.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { SimulatedBadge } from "../../ui/status.tsx";
import { ActivityPanel } from "./activity-panel.tsx";
import { Board } from "./board.tsx";
import { HealthRow } from "./health-row.tsx";
import { Verdicts } from "./verdicts.tsx";
import "./home.css";
import { TraceYourApp } from "./trace-your-app.tsx";

export function HomePage() {
  const { data: home, error, refetch } = useQuery(homeQuery(useProject()));
  if (home === undefined) {
    return (
      <>
        <PageHeader title="Home" />
        {error ? <ErrorState error={error} retry={() => void refetch()} /> : <Skeleton rows={14} />}
      </>
    );
  }
  return <HomeContent key={home.project.slug} home={home} />;
}

function HomeContent({ home }: { home: Home }) {
  const { project } = home;
  // Stays for the visit in which the first span arrives: the reader waits to see it turn green.
  const [wasEmpty] = useState(!project.sample && project.firstSpanAt === null);
  return (
    <>
      <PageHeader
        title="Home"
        heading={project.name}
        meta={
          project.sample ? (
            <>
              <SimulatedBadge /> Real GitHub threads; the people who react to the answers are simulated.
            </>
          ) : undefined
        }
      />
      <p className="home-sentence">{home.sentence}</p>
      {project.activity !== null && <ActivityPanel activity={project.activity} />}
      {wasEmpty && <TraceYourApp slug={project.slug} />}
      <Board columns={home.columns} regressed={home.regressed} />
      <HealthRow health={home.health} />
      <Verdicts gates={home.gates} rollouts={home.rollouts} />
      {project.sample && <TraceYourApp slug="default" />}
    </>
  );
}

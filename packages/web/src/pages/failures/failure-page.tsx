/** One failure: what it is, where it is in the loop, its evidence, and the next thing to do about it. */
import type { FailureDetail } from "@ratchet/protocol";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { archiveFailure, failureQuery } from "../../api/failures.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { LoopStrip } from "../../ui/loop-strip.tsx";
import { formatPlural } from "../../ui/numbers.ts";
import { PageHeader } from "../../ui/page-header.tsx";
import { ProjectLink } from "../../ui/project-link.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Sparkline } from "../../ui/sparkline.tsx";
import { SimulatedBadge, Status } from "../../ui/status.tsx";
import { Time } from "../../ui/time.tsx";
import { ArchiveDialog } from "./archive-dialog.tsx";
import { CaptureDialog } from "./capture-dialog.tsx";
import { FailureEvidence } from "./failure-evidence.tsx";
import "../page-sections.css";
import "./failures.css";
import { stageTones, trendArrows } from "./stage-words.ts";
import { VerificationPanel } from "./verification-panel.tsx";

const route = "/p/$project/failures/$failureId";

export function FailurePage() {
  const { project, failureId } = useParams({ from: route });
  const { data, error, refetch } = useQuery(failureQuery(project, failureId));
  if (data === undefined) {
    return (
      <>
        <PageHeader title={failureId} />
        {error ? <ErrorState error={error} retry={() => void refetch()} /> : <Skeleton label="Loading failure" />}
      </>
    );
  }
  return <FailureContent project={project} failure={data} />;
}

function FailureContent({ project, failure }: { project: string; failure: FailureDetail }) {
  const { id, title, loop } = failure;
  // The strip's next action may be this page's own: then the page's button is the only one.
  const isHere = loop.next?.href === `/failures/${id}`;
  return (
    <>
      <PageHeader
        title={`${id} ${title}`}
        heading={
          <>
            <span className="quiet">{id}</span> {title}
          </>
        }
        meta={<FailureFacts failure={failure} />}
        actions={<FailureActions project={project} failure={failure} />}
      />
      <LoopStrip strip={isHere ? { ...loop, next: null } : loop} titled={false} />
      {failure.verification !== null && <VerificationPanel verification={failure.verification} stage={failure.stage} />}
      <section className="failure-trend">
        <h2>
          Signals over time{" "}
          <span className="quiet">
            {trendArrows[failure.trend]} {failure.trend}
          </span>
        </h2>
        <Sparkline
          counts={failure.sparkline}
          label={`Signals in 24 equal slices of time: ${failure.sparkline.join(", ")}`}
        />
        <p className="quiet failure-trend-axis">
          <Time at={chartStart(failure)} />
          <span>now</span>
        </p>
      </section>
      <FailureEvidence failure={failure} />
    </>
  );
}

/** The chart begins at the first signal, or an hour ago when that is earlier. */
function chartStart({ firstSeen }: FailureDetail): string {
  const hourAgoMs = Date.now() - 3_600_000;
  return new Date(Math.min(Date.parse(firstSeen), hourAgoMs)).toISOString();
}

function FailureFacts({ failure }: { failure: FailureDetail }) {
  return (
    <>
      <Status tone={stageTones[failure.stage]}>{failure.stage}</Status>
      {failure.simulated && <SimulatedBadge />}
      <span>found by {failure.detector}</span>
      <span>{formatPlural(failure.signalCount, "signal")}</span>
      <ProjectLink href={`/traces?failure=${failure.id}`}>{formatPlural(failure.traceCount, "trace")}</ProjectLink>
      {failure.userCount > 0 && <span>{formatPlural(failure.userCount, "person", "people")}</span>}
      <span>
        last seen <Time at={failure.lastSeen} relative />
      </span>
    </>
  );
}

function FailureActions({ project, failure }: { project: string; failure: FailureDetail }) {
  const [dialog, setDialog] = useState<"capture" | "archive" | null>(null);
  const queryClient = useQueryClient();
  const archive = useMutation({
    mutationFn: (reason: string | null) => archiveFailure(project, failure.id, reason),
    onSuccess: () => {
      setDialog(null);
      return queryClient.invalidateQueries({ queryKey: [project] });
    },
  });
  const needsCapture = failure.stage === "open" || failure.stage === "regressed";
  const close = () => setDialog(null);
  if (failure.stage === "archived") {
    return (
      <Button onClick={() => archive.mutate(null)} disabled={archive.isPending}>
        Bring back
      </Button>
    );
  }
  return (
    <>
      <Button onClick={() => setDialog("archive")}>Archive</Button>
      <Button kind={needsCapture ? "primary" : "plain"} onClick={() => setDialog("capture")}>
        {needsCapture ? "Capture as test" : "Capture more cases"}
      </Button>
      <CaptureDialog project={project} failure={failure} open={dialog === "capture"} onClose={close} />
      <ArchiveDialog
        failureId={failure.id}
        open={dialog === "archive"}
        onClose={close}
        pending={archive.isPending}
        error={archive.error}
        onArchive={(reason) => archive.mutate(reason)}
      />
    </>
  );
}

/** Two experiments side by side: the newest gate's verdict, if one has judged them, and every case on both sides. */
import type { Comparison, Experiment } from "@ratchet/protocol";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { comparisonQuery, experimentsQuery } from "../../api/experiments.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { LoopStripOf } from "../../ui/loop-strip.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { ProjectLink, useProject } from "../../ui/project-link.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Status } from "../../ui/status.tsx";
import "../page-sections.css";
import { ComparisonPairs } from "./comparison-pairs.tsx";
import "./experiments.css";
import { GateVerdict } from "./gate-verdict.tsx";
import { sharedMetrics } from "./shared-metrics.ts";
import { shortTargetTitle } from "./target-text.ts";

const route = "/p/$project/experiments/compare";

export function ComparePage() {
  const { baseline, candidate } = useSearch({ from: route });
  const { data, error, refetch } = useQuery(experimentsQuery(useProject()));
  const all = data?.experiments ?? [];
  const sides = { baseline: all.find(({ id }) => id === baseline), candidate: all.find(({ id }) => id === candidate) };
  return (
    <>
      <PageHeader
        title={baseline && candidate ? `${candidate} against ${baseline}` : "Compare experiments"}
        actions={<Chooser experiments={all} baseline={baseline} candidate={candidate} />}
      />
      {candidate !== undefined && <LoopStripOf object="experiment" id={candidate} />}
      {error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Skeleton />
      ) : baseline === undefined || candidate === undefined ? (
        <EmptyState title="Choose two experiments">
          <p>A comparison is paired: it takes the cases that both experiments ran, one by one.</p>
        </EmptyState>
      ) : (
        <Compared baseline={baseline} candidate={candidate} metrics={metricsOf(sides)} />
      )}
    </>
  );
}

function metricsOf({ baseline, candidate }: { [side in "baseline" | "candidate"]: Experiment | undefined }): string[] {
  return baseline && candidate ? sharedMetrics({ baseline, candidate }) : [];
}

interface ComparedProps {
  baseline: string;
  candidate: string;
  /** Metrics of both; empty when one of them is not in the list. */
  metrics: string[];
}

function Compared({ baseline, candidate, metrics }: ComparedProps) {
  const { metric = metrics[0] } = useSearch({ from: route });
  const { data, error, refetch } = useQuery(comparisonQuery(useProject(), { baseline, candidate, metric }));
  if (error) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton />;
  return (
    <>
      <Versions comparison={data} />
      {data.gate ? (
        <>
          <p className="quiet gate-note">
            Verdict of <ProjectLink href={`/gates/${data.gate.id}`}>{data.gate.id}</ProjectLink>, the newest gate on
            these two.
          </p>
          <GateVerdict gate={data.gate} />
        </>
      ) : (
        <p className="notice">
          <Status tone="neutral">No gate has judged these two</Status>: what follows is a list of cases, not a verdict.
        </p>
      )}
      <ComparisonPairs comparison={data} metrics={sharedMetrics(data)} />
    </>
  );
}

/** Two versions of a dataset are never compared in silence. */
function Versions({ comparison: { baseline, candidate, pairs } }: { comparison: Comparison }) {
  if (baseline.dataset === candidate.dataset && baseline.datasetVersion === candidate.datasetVersion) return null;
  return (
    <p className="notice">
      <Status tone="unsure">
        {baseline.id} ran on {baseline.dataset} v{baseline.datasetVersion}, {candidate.id} on {candidate.dataset} v
        {candidate.datasetVersion}: only the {pairs.length} cases on both sides are compared.
      </Status>
    </p>
  );
}

function Chooser({
  experiments,
  baseline,
  candidate,
}: {
  experiments: readonly Experiment[];
  baseline: string | undefined;
  candidate: string | undefined;
}) {
  const navigate = useNavigate({ from: route });
  return (["candidate", "baseline"] as const).map((side) => (
    <label key={side}>
      {side === "candidate" ? "Candidate" : "against"}{" "}
      <select
        value={(side === "candidate" ? candidate : baseline) ?? ""}
        onChange={(event) =>
          void navigate({
            search: (search) => ({ ...search, [side]: event.target.value || undefined, case: undefined }),
          })
        }
      >
        <option value="">choose …</option>
        {experiments.map((experiment) => (
          <option key={experiment.id} value={experiment.id}>
            {experiment.id} {shortTargetTitle(experiment.target, 60)}
          </option>
        ))}
      </select>
    </label>
  ));
}

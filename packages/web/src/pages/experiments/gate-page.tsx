/** One gate: its verdict, and the cases of its two experiments. */
import type { Gate } from "@ratchet/protocol";
import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { comparisonQuery, gateQuery } from "../../api/experiments.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { LoopStripOf } from "../../ui/loop-strip.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { ProjectLink, useProject } from "../../ui/project-link.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Time } from "../../ui/time.tsx";
import { FailureLinks } from "../failure-links.tsx";
import "../page-sections.css";
import { ComparisonPairs } from "./comparison-pairs.tsx";
import "./experiments.css";
import { GateVerdict } from "./gate-verdict.tsx";
import { sharedMetrics } from "./shared-metrics.ts";

const route = "/p/$project/gates/$gateId";

export function GatePage() {
  const { project, gateId } = useParams({ from: route });
  const { data, error, refetch } = useQuery(gateQuery(project, gateId));
  return (
    <>
      <PageHeader title={`Gate ${gateId}`} meta={data ? <Facts gate={data} /> : undefined} />
      <LoopStripOf object="gate" id={gateId} />
      {error ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : data ? (
        <>
          <GateVerdict gate={data} />
          <Pairs gate={data} />
        </>
      ) : (
        <Skeleton />
      )}
    </>
  );
}

function Facts({ gate }: { gate: Gate }) {
  return (
    <>
      <span>
        <ProjectLink href={`/experiments/${gate.candidate}`}>{gate.candidate}</ProjectLink> against{" "}
        <ProjectLink href={`/experiments/${gate.baseline}`}>{gate.baseline}</ProjectLink>
      </span>
      <span>
        on{" "}
        <ProjectLink href={`/datasets/${encodeURIComponent(gate.dataset)}?version=${gate.datasetVersion}`}>
          {gate.dataset} v{gate.datasetVersion}
        </ProjectLink>
      </span>
      <span>exit code {gate.exitCode}</span>
      {gate.failures.length > 0 && (
        <span>
          judges the fix of <FailureLinks failures={gate.failures} />
        </span>
      )}
      <Time at={gate.createdAt} relative />
    </>
  );
}

function Pairs({ gate }: { gate: Gate }) {
  const { metric = chooseMetric(gate) } = useSearch({ from: route });
  const { baseline, candidate } = gate;
  const query = useQuery(comparisonQuery(useProject(), { baseline, candidate, metric }));
  if (query.error) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Skeleton label="Loading the cases" />;
  return <ComparisonPairs comparison={query.data} metrics={sharedMetrics(query.data)} />;
}

/** The metric whose cases explain the verdict: one that is worse, else undecided, else one that changed at all. */
function chooseMetric({ criteria }: Gate): string | undefined {
  // The gate's own guardrail counts errors; no evaluator scores them case by case.
  const scored = criteria.filter(({ criterion }) => criterion.metric !== "error-rate");
  const telling =
    scored.find(({ verdict }) => verdict === "regress") ??
    scored.find(({ verdict }) => verdict === "inconclusive") ??
    scored.find(({ improved, regressed }) => improved + regressed > 0);
  return (telling ?? scored[0])?.criterion.metric;
}

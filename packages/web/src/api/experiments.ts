/** Experiments, the comparison of two, and gates. */
import type { Comparison, ExperimentDetail, ExperimentList, Gate, GateList } from "@ratchet/protocol";
import { queryOptions } from "@tanstack/react-query";
import { apiPath, type Output, request } from "./client.ts";

/** Newest first; of one dataset, if named. */
export function experimentsQuery(project: string, dataset?: string) {
  return queryOptions({
    queryKey: [project, "experiments", dataset ?? ""],
    queryFn: ({ signal }) =>
      request<Output<typeof ExperimentList>>("/experiments", { project, query: { dataset }, signal }),
  });
}

export function experimentQuery(project: string, experimentId: string) {
  return queryOptions({
    queryKey: [project, "experiment", experimentId],
    queryFn: ({ signal }) => request<ExperimentDetail>(apiPath("experiments", experimentId), { project, signal }),
  });
}

/** Every case on both sides, for one metric. */
export function comparisonQuery(
  project: string,
  { baseline, candidate, metric }: { baseline: string; candidate: string; metric: string | undefined },
) {
  return queryOptions({
    queryKey: [project, "experiment", candidate, "against", baseline, metric ?? ""],
    queryFn: ({ signal }) =>
      request<Comparison>("/experiments/compare", { project, query: { baseline, candidate, metric }, signal }),
  });
}

/** Newest first. */
export function gatesQuery(project: string) {
  return queryOptions({
    queryKey: [project, "gates"],
    queryFn: ({ signal }) => request<Output<typeof GateList>>("/gates", { project, signal }),
  });
}

export function gateQuery(project: string, gateId: string) {
  return queryOptions({
    queryKey: [project, "gate", gateId],
    queryFn: ({ signal }) => request<Gate>(apiPath("gates", gateId), { project, signal }),
  });
}

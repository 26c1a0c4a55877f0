/**
 * What each page asks first. Routes ask it while the page's code is still loading, and when a link to it is pointed at;
 * the page then finds the answer, or the request under way, in the cache.
 */
import type { QueryClient } from "@tanstack/react-query";
import { casesQuery, datasetQuery, datasetsQuery } from "./api/datasets.ts";
import { experimentQuery, experimentsQuery, gateQuery, gatesQuery } from "./api/experiments.ts";
import { failureQuery, failuresQuery } from "./api/failures.ts";
import { homeQuery } from "./api/home.ts";
import { type LoopObject, loopQuery } from "./api/loop.ts";
import { projectsQuery } from "./api/projects.ts";
import { promptQuery, promptsQuery } from "./api/prompts.ts";
import { releasesQuery, rolloutQuery, rolloutsQuery } from "./api/rollouts.ts";
import { toTraceFilter, traceQuery, tracesQuery } from "./api/traces.ts";

interface Route<Params> {
  context: { queryClient: QueryClient };
  params: Params & { project: string };
}

/** The frame also shows Home's counts; it asks them itself, after what the page is for. */
export function askFrame({ context: { queryClient } }: Pick<Route<unknown>, "context">): void {
  void queryClient.prefetchQuery(projectsQuery);
}

export function askHome({ context: { queryClient }, params: { project } }: Route<unknown>): void {
  void queryClient.prefetchQuery(homeQuery(project));
}

export function askTraces(
  { context: { queryClient }, params: { project } }: Route<unknown>,
  search: Record<string, string | undefined>,
): void {
  void queryClient.prefetchInfiniteQuery(tracesQuery(project, toTraceFilter(search)));
}

export function askTrace({ context: { queryClient }, params: { project, traceId } }: Route<{ traceId: string }>): void {
  void queryClient.prefetchQuery(traceQuery(project, traceId));
  askLoop(queryClient, project, "trace", traceId);
}

export function askFailures({ context: { queryClient }, params: { project } }: Route<unknown>): void {
  void queryClient.prefetchQuery(failuresQuery(project));
}

export function askFailure({ context, params: { project, failureId } }: Route<{ failureId: string }>): void {
  void context.queryClient.prefetchQuery(failureQuery(project, failureId));
}

export function askDatasets({ context: { queryClient }, params: { project } }: Route<unknown>): void {
  void queryClient.prefetchQuery(datasetsQuery(project));
}

/** `version`: absent for the newest. */
export function askDataset(
  { context: { queryClient }, params: { project, name } }: Route<{ name: string }>,
  version: string | undefined,
): void {
  void queryClient.prefetchQuery(datasetQuery(project, name));
  void queryClient.prefetchInfiniteQuery(
    casesQuery(project, name, version === undefined ? undefined : Number(version)),
  );
  askLoop(queryClient, project, "dataset", name);
}

export function askPrompts({ context: { queryClient }, params: { project } }: Route<unknown>): void {
  void queryClient.prefetchQuery(promptsQuery(project));
}

export function askPrompt({ context: { queryClient }, params: { project, name } }: Route<{ name: string }>): void {
  void queryClient.prefetchQuery(promptQuery(project, name));
  askLoop(queryClient, project, "prompt", name);
}

/** `dataset`: absent for all. */
export function askExperiments(
  { context: { queryClient }, params: { project } }: Route<unknown>,
  dataset: string | undefined,
): void {
  void queryClient.prefetchQuery(experimentsQuery(project, dataset));
  void queryClient.prefetchQuery(gatesQuery(project));
}

export function askExperiment({ context, params: { project, experimentId } }: Route<{ experimentId: string }>): void {
  void context.queryClient.prefetchQuery(experimentQuery(project, experimentId));
  askLoop(context.queryClient, project, "experiment", experimentId);
}

export function askGate({ context: { queryClient }, params: { project, gateId } }: Route<{ gateId: string }>): void {
  void queryClient.prefetchQuery(gateQuery(project, gateId));
  askLoop(queryClient, project, "gate", gateId);
}

export function askRollouts({ context: { queryClient }, params: { project } }: Route<unknown>): void {
  void queryClient.prefetchQuery(rolloutsQuery(project));
  void queryClient.prefetchQuery(releasesQuery(project));
}

export function askRollout({ context, params: { project, rolloutId } }: Route<{ rolloutId: string }>): void {
  void context.queryClient.prefetchQuery(rolloutQuery(project, rolloutId));
  void context.queryClient.prefetchQuery(releasesQuery(project));
  askLoop(context.queryClient, project, "rollout", rolloutId);
}

function askLoop(queryClient: QueryClient, project: string, object: LoopObject, id: string): void {
  void queryClient.prefetchQuery(loopQuery(project, object, id));
}

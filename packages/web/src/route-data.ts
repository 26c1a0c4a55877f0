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
import { toTraceFilter, traceQuery, tracesQuery, treeStartQuery } from "./api/traces.ts";

interface Route<Params> {
  context: { queryClient: QueryClient };
  params: Params & { project: string };
}

/** The frame also shows Home's counts; it asks them itself, after what the page is for. */
export function askFrame({ context: { queryClient } }: Pick<Route<unknown>, "context">): Promise<void> {
  return briefly(queryClient.prefetchQuery(projectsQuery));
}

export function askHome({ context: { queryClient }, params: { project } }: Route<unknown>): Promise<void> {
  return briefly(queryClient.prefetchQuery(homeQuery(project)));
}

export function askTraces(
  { context: { queryClient }, params: { project } }: Route<unknown>,
  search: Record<string, string | undefined>,
): Promise<void> {
  return briefly(queryClient.prefetchInfiniteQuery(tracesQuery(project, toTraceFilter(search))));
}

export function askTrace({
  context: { queryClient },
  params: { project, traceId },
}: Route<{ traceId: string }>): Promise<void> {
  return briefly(
    queryClient.prefetchQuery(treeStartQuery(project, traceId)),
    queryClient.prefetchQuery(traceQuery(project, traceId)),
    askLoop(queryClient, project, "trace", traceId),
  );
}

export function askFailures({ context: { queryClient }, params: { project } }: Route<unknown>): Promise<void> {
  return briefly(queryClient.prefetchQuery(failuresQuery(project)));
}

export function askFailure({ context, params: { project, failureId } }: Route<{ failureId: string }>): Promise<void> {
  return briefly(context.queryClient.prefetchQuery(failureQuery(project, failureId)));
}

export function askDatasets({ context: { queryClient }, params: { project } }: Route<unknown>): Promise<void> {
  return briefly(queryClient.prefetchQuery(datasetsQuery(project)));
}

/** `version`: absent for the newest. */
export function askDataset(
  { context: { queryClient }, params: { project, name } }: Route<{ name: string }>,
  version: string | undefined,
): Promise<void> {
  return briefly(
    queryClient.prefetchQuery(datasetQuery(project, name)),
    queryClient.prefetchInfiniteQuery(casesQuery(project, name, version === undefined ? undefined : Number(version))),
    askLoop(queryClient, project, "dataset", name),
  );
}

export function askPrompts({ context: { queryClient }, params: { project } }: Route<unknown>): Promise<void> {
  return briefly(queryClient.prefetchQuery(promptsQuery(project)));
}

export function askPrompt({
  context: { queryClient },
  params: { project, name },
}: Route<{ name: string }>): Promise<void> {
  return briefly(queryClient.prefetchQuery(promptQuery(project, name)), askLoop(queryClient, project, "prompt", name));
}

/** `dataset`: absent for all. */
export function askExperiments(
  { context: { queryClient }, params: { project } }: Route<unknown>,
  dataset: string | undefined,
): Promise<void> {
  return briefly(
    queryClient.prefetchQuery(experimentsQuery(project, dataset)),
    queryClient.prefetchQuery(gatesQuery(project)),
  );
}

export function askExperiment({
  context,
  params: { project, experimentId },
}: Route<{ experimentId: string }>): Promise<void> {
  return briefly(
    context.queryClient.prefetchQuery(experimentQuery(project, experimentId)),
    askLoop(context.queryClient, project, "experiment", experimentId),
  );
}

export function askGate({
  context: { queryClient },
  params: { project, gateId },
}: Route<{ gateId: string }>): Promise<void> {
  return briefly(queryClient.prefetchQuery(gateQuery(project, gateId)), askLoop(queryClient, project, "gate", gateId));
}

export function askRollouts({ context: { queryClient }, params: { project } }: Route<unknown>): Promise<void> {
  return briefly(queryClient.prefetchQuery(rolloutsQuery(project)), queryClient.prefetchQuery(releasesQuery(project)));
}

export function askRollout({ context, params: { project, rolloutId } }: Route<{ rolloutId: string }>): Promise<void> {
  return briefly(
    context.queryClient.prefetchQuery(rolloutQuery(project, rolloutId)),
    context.queryClient.prefetchQuery(releasesQuery(project)),
    askLoop(context.queryClient, project, "rollout", rolloutId),
  );
}

function askLoop(queryClient: QueryClient, project: string, object: LoopObject, id: string): Promise<void> {
  return queryClient.prefetchQuery(loopQuery(project, object, id));
}

/**
 * As long as a skeleton would stay invisible: a page that opens with its answers is drawn once, and nothing flashes.
 * Slower answers come into the open page.
 */
const patienceMs = 150;

async function briefly(...asked: Promise<void>[]): Promise<void> {
  await Promise.race([Promise.all(asked), new Promise((resolve) => setTimeout(resolve, patienceMs))]);
}

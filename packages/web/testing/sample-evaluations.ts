/** Datasets, prompts, experiments, gates and rollouts of the make-believe teammate: 120 cases, 10,000 in `huge`. */
import type { FixtureRoute } from "./fixture-route.ts";
import { datasetRoutes, makeCases } from "./sample-datasets.ts";
import { experimentRoutes } from "./sample-experiments.ts";
import { promptRoutes } from "./sample-prompts.ts";
import { rolloutRoutes } from "./sample-rollouts.ts";

export function evaluationRoutes(now: number): FixtureRoute[] {
  const few = makeCases(120, now);
  const many = makeCases(10_000, now);
  const casesOf = (project: string) => (project === "default" ? [] : project === "huge" ? many : few);
  return [
    ...datasetRoutes(now, casesOf),
    ...promptRoutes(now),
    ...experimentRoutes(now, casesOf),
    ...rolloutRoutes(now),
  ];
}

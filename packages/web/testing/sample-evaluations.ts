/** Datasets, prompts, experiments, gates and rollouts of the make-believe teammate. */
import { DatasetList } from "@ratchet/protocol";
import type { FixtureRoute } from "./fixture-server.ts";

export function evaluationRoutes(now: number): FixtureRoute[] {
  const dataset = {
    name: "refunds",
    description: "",
    latestVersion: 2,
    caseCount: 4,
    lockedCount: 1,
    failures: ["F-2"],
    createdAt: new Date(now).toISOString(),
    updatedAt: new Date(now).toISOString(),
  };
  return [
    [
      "GET",
      /^\/datasets$/,
      ({ project }) => {
        const datasets = project === "default" ? [] : [dataset];
        return DatasetList.parse({ datasets, total: datasets.length });
      },
    ],
  ];
}

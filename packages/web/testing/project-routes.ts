import { ApiKeyCreated, ApiKeyList, type Gate, ProjectList, type Rollout } from "@ratchet/protocol";
import { FixtureProblem, type FixtureRoute } from "./fixture-route.ts";
import type { FixtureWorld } from "./fixture-world.ts";
import { makeHome } from "./sample-home.ts";

/** `ask` gives what a list of the evaluations answers, so that Home shows the same gates and rollouts as their pages. */
export function projectRoutes(
  { projects, failuresOf }: FixtureWorld,
  now: number,
  ask: (project: string, path: string) => unknown,
): FixtureRoute[] {
  const keys = [
    {
      id: "k-1",
      name: "ci",
      prefix: "rk_3f2a",
      project: null,
      createdAt: new Date(now).toISOString(),
      lastUsedAt: null,
    },
  ];
  return [
    ["GET", /^\/projects$/, () => ProjectList.parse({ projects, total: projects.length })],
    ["POST", /^\/projects$/, ({ body }) => ({ ...projects[1], ...(body as object) })],
    ["DELETE", /^\/projects\/([^/]+)$/, () => undefined],
    ["GET", /^\/keys$/, () => ApiKeyList.parse({ keys, total: keys.length })],
    [
      "POST",
      /^\/keys$/,
      ({ body }) => {
        const key = { ...keys[0], id: `k-${keys.length + 1}`, ...(body as { name: string }) };
        keys.push(key as (typeof keys)[number]);
        return ApiKeyCreated.parse({ ...key, secret: "rk_3f2a9c1e77d0b5a4c6e8f0a2" });
      },
    ],
    [
      "DELETE",
      /^\/keys\/([^/]+)$/,
      ({ parts }) => {
        const at = keys.findIndex(({ id }) => id === parts[0]);
        if (at >= 0) keys.splice(at, 1);
      },
    ],
    [
      "GET",
      /^\/home$/,
      ({ project }) => {
        const found = projects.find(({ slug }) => slug === project);
        if (found === undefined) throw new FixtureProblem("unknown-project", `There is no project ${project}.`);
        const { gates } = ask(project, "/gates") as { gates: Gate[] };
        const { rollouts } = ask(project, "/rollouts") as { rollouts: Rollout[] };
        return makeHome(found, failuresOf(project), gates, rollouts);
      },
    ],
  ];
}

import { CaptureResult, FailureDetail, FailureList, LoopStripList } from "@ratchet/protocol";
import { FixtureProblem, type FixtureRoute } from "./fixture-route.ts";
import type { FixtureWorld } from "./fixture-world.ts";
import { makeFailureDetail } from "./sample-failures.ts";
import { makeStrips } from "./sample-home.ts";

export function failureRoutes({ failuresOf, tracesOf }: FixtureWorld): FixtureRoute[] {
  const findFailure = (project: string, failureId: string | undefined) => {
    const failure = failuresOf(project).find(({ id }) => id === failureId);
    if (failure === undefined) throw new FixtureProblem("not-found", `There is no failure ${failureId}.`);
    return failure;
  };
  return [
    [
      "GET",
      /^\/failures$/,
      ({ project, query }) => {
        const matching = failuresOf(project).filter(
          ({ stage, title }) =>
            (query.get("stage") ?? stage) === stage &&
            title.toLowerCase().includes((query.get("q") ?? "").toLowerCase()),
        );
        return FailureList.parse({ failures: matching, total: matching.length });
      },
    ],
    [
      "GET",
      /^\/failures\/([^/]+)$/,
      ({ project, parts }) => {
        return FailureDetail.parse(makeFailureDetail(findFailure(project, parts[0]), tracesOf(project)));
      },
    ],
    [
      "PATCH",
      /^\/failures\/([^/]+)$/,
      ({ project, parts, body }) => {
        const failure = findFailure(project, parts[0]);
        failure.stage = (body as { archived: unknown }).archived === null ? "open" : "archived";
        return makeFailureDetail(failure, tracesOf(project));
      },
    ],
    [
      "POST",
      /^\/failures\/([^/]+)\/capture$/,
      ({ body }) => {
        const { dataset = "failures" } = body as { dataset?: string };
        if (dataset.includes(" ")) {
          throw new FixtureProblem("invalid-request", "a name has 1 to 128 of A-Z, a-z, 0-9, '.', '_', '/' and '-'");
        }
        return CaptureResult.parse({ dataset, version: 3, added: 11, alreadyThere: 1 });
      },
    ],
    ["GET", /^\/loop$/, ({ project }) => LoopStripList.parse({ strips: makeStrips(failuresOf(project)) })],
  ];
}

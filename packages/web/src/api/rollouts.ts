/** Releases and rollouts, and what a person may do to a rollout. */
import type { ReleaseList, RolloutDetail, RolloutList } from "@ratchet/protocol";
import { queryOptions } from "@tanstack/react-query";
import { apiPath, type Output, request } from "./client.ts";

export function releasesQuery(project: string) {
  return queryOptions({
    queryKey: [project, "releases"],
    queryFn: ({ signal }) => request<Output<typeof ReleaseList>>("/releases", { project, signal }),
  });
}

export function rolloutsQuery(project: string) {
  return queryOptions({
    queryKey: [project, "rollouts"],
    queryFn: ({ signal }) => request<Output<typeof RolloutList>>("/rollouts", { project, signal }),
  });
}

export function rolloutQuery(project: string, rolloutId: string) {
  return queryOptions({
    queryKey: [project, "rollout", rolloutId],
    queryFn: ({ signal }) => request<RolloutDetail>(apiPath("rollouts", rolloutId), { project, signal }),
  });
}

export type RolloutVerb = "pause" | "resume" | "advance" | "abort";

/** Never optimistic: what it answers is the state that the server has confirmed. */
export function actOnRollout(
  project: string,
  rolloutId: string,
  verb: RolloutVerb,
  reason: string,
): Promise<RolloutDetail> {
  return request(`${apiPath("rollouts", rolloutId)}/${verb}`, {
    project,
    method: "POST",
    body: { reason, actor: "web" },
  });
}

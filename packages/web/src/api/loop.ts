/** The loop strips of any object. */
import type { LoopStripList } from "@ratchet/protocol";
import { queryOptions } from "@tanstack/react-query";
import { type Output, request } from "./client.ts";

export type LoopObject = "failure" | "dataset" | "prompt" | "experiment" | "gate" | "release" | "rollout" | "trace";

/** Strips of the failures that the object belongs to, the worst first. */
export function loopQuery(project: string, object: LoopObject, id: string) {
  return queryOptions({
    queryKey: [project, "loop", object, id],
    queryFn: ({ signal }) =>
      request<Output<typeof LoopStripList>>("/loop", { project, query: { [object]: id }, signal }),
  });
}

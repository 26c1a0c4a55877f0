/** Why a well-formed span is not taken: its trace was deleted, or is older than what the project keeps. */
import type { ProjectScope } from "../router.ts";
import type { DeletedTraces } from "./deleted-traces.ts";
import { isExpired } from "./kept-from.ts";

/** A function that gives a sentence for the client, or `null`. Called for every span. */
export function createRefusal(deletedTraces: DeletedTraces, now: () => Date) {
  return (project: ProjectScope, traceId: string, startMicros: number): string | null => {
    if (isExpired(project, startMicros, now())) {
      return `A span began more than ${project.retentionDays} days ago; the project ${project.slug} keeps no older traces.`;
    }
    return deletedTraces.findRefusal(project, traceId);
  };
}

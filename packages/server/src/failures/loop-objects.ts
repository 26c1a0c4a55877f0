/** Which failures an object of the loop belongs to: those it was made from, judges or fixes. */
import type { LoopQuery } from "@ratchet/protocol";
import type { z } from "zod";
import type { ProjectScope } from "../router.ts";

type Find<Found> = (project: ProjectScope, id: string) => Promise<Found>;

/** What other features know; each throws ProblemError `not-found` for what there is not. */
export interface LoopObjectSources {
  findDataset: Find<{ failures: string[] }>;
  findPrompt: Find<{ versions: { version: string; fixes: string[] }[] }>;
  findExperiment: Find<{ failures: string[] }>;
  findGate: Find<{ failures: string[] }>;
  findRelease: Find<{ fixes: string[] }>;
  findRollout: Find<{ fixes: string[] }>;
  summariseSignals(project: ProjectScope, traceIds: readonly string[]): Promise<Map<string, { failures: string[] }>>;
}

export type FindFailureIds = (project: ProjectScope, query: z.output<typeof LoopQuery>) => Promise<string[]>;

export function createFindFailureIds(sources: LoopObjectSources): FindFailureIds {
  return async (project, query) => {
    const { failure, dataset, prompt, experiment, gate, release, rollout, trace } = query;
    if (failure !== undefined) return [failure];
    if (dataset !== undefined) return (await sources.findDataset(project, dataset)).failures;
    if (experiment !== undefined) return (await sources.findExperiment(project, experiment)).failures;
    if (gate !== undefined) return (await sources.findGate(project, gate)).failures;
    if (release !== undefined) return (await sources.findRelease(project, release)).fixes;
    if (rollout !== undefined) return (await sources.findRollout(project, rollout)).fixes;
    if (trace !== undefined) return (await sources.summariseSignals(project, [trace])).get(trace)?.failures ?? [];
    return prompt === undefined ? [] : findFixedBy(sources, project, prompt);
  };
}

/** `triage` means all its versions, `triage@3f2a00000000` one. */
async function findFixedBy(sources: LoopObjectSources, project: ProjectScope, prompt: string): Promise<string[]> {
  const [name = "", version] = prompt.split("@");
  const { versions } = await sources.findPrompt(project, name);
  const meant = versions.filter((each) => version === undefined || each.version === version);
  return [...new Set(meant.flatMap((each) => each.fixes))];
}

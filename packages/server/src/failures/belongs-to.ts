/** Which failures an object of the loop belongs to. */
import type { Failure, LoopQuery } from "@ratchet/protocol";
import type { z } from "zod";

export type LoopObject = Exclude<z.output<typeof LoopQuery>, undefined>;

/** @param ofTrace Failures that the queried trace has signals of. */
export function belongsTo(query: LoopObject, ofTrace: readonly string[]): (failure: Failure) => boolean {
  return ({ id, links: { dataset, prompt, experiment, gate, release, rollout } }) => {
    if (query.failure !== undefined) return id === query.failure;
    if (query.trace !== undefined) return ofTrace.includes(id);
    if (query.dataset !== undefined) return dataset === query.dataset;
    if (query.experiment !== undefined) return experiment === query.experiment;
    if (query.gate !== undefined) return gate === query.gate;
    if (query.release !== undefined) return release === query.release;
    if (query.rollout !== undefined) return rollout === query.rollout;
    return prompt !== null && (query.prompt === prompt.name || query.prompt === `${prompt.name}@${prompt.version}`);
  };
}

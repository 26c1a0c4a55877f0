/** Which queries an event makes stale. */
import type { ServerEvent } from "@ratchet/protocol";
import type { QueryKey } from "@tanstack/react-query";

/**
 * By event, the first parts of query keys below the project. The traces list is not among them: it would move under
 * the reader's eyes, so its page decides, by `newest-traces`.
 */
const heads: Record<ServerEvent["type"], string[]> = {
  trace: ["home", "newest-traces"],
  feedback: ["home", "newest-traces"],
  signal: ["home", "newest-traces", "failures", "failure", "loop"],
  failure: ["home", "failures", "failure", "loop"],
  dataset: ["home", "datasets", "dataset", "loop", "failure", "failures"],
  experiment: ["home", "experiments", "experiment", "loop"],
  gate: ["home", "experiments", "experiment", "gates", "gate", "failure", "failures", "loop"],
  prompt: ["home", "prompts", "prompt", "failure", "failures", "loop"],
  release: ["home", "releases", "release", "prompts", "prompt", "rollouts", "rollout", "loop"],
  rollout: ["home", "rollouts", "rollout", "releases", "release", "failure", "failures", "loop"],
  project: ["home"],
  price: ["prices", "unknown-models", "reprice", "trace"],
};

/** Events of traces, feedback and signals name their trace: an open trace asks again only for its own. */
export function staleKeys({ type, id }: ServerEvent, project: string): QueryKey[] {
  const keys: QueryKey[] = heads[type].map((head) => [project, head]);
  if (type === "trace" || type === "feedback" || type === "signal") keys.push([project, "trace", id]);
  if (type === "project") keys.push(["projects"]);
  return keys;
}

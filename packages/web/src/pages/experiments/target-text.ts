import type { Experiment } from "@ratchet/protocol";

/** `triage@3f2a91c0b7de, 9c1e2f0, gpt-5-mini`: what was run, shortest sure names first. */
export function targetText({ label, prompts, commit, model }: Experiment["target"]): string {
  const parts = [
    label,
    ...Object.entries(prompts).map(([name, version]) => `${name}@${version.slice(0, 12)}`),
    commit && `commit ${commit.slice(0, 10)}`,
    model,
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(", ") : "unnamed target";
}

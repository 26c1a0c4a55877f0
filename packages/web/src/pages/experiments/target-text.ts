import type { Experiment } from "@ratchet/protocol";

type Target = Experiment["target"];

/** What the run tries: its label, else what was run. */
export function targetTitle(target: Target): string {
  return target.label || targetParts(target).join(", ") || "unnamed target";
}

/** {@link targetTitle} for a choice among many: at most `maxCharacters`, and it shows when it is cut. */
export function shortTargetTitle(target: Target, maxCharacters: number): string {
  const title = targetTitle(target);
  return title.length > maxCharacters ? `${title.slice(0, maxCharacters - 1).trimEnd()}…` : title;
}

/** `triage@3f2a91c`, `commit 9c1e2f0`, `gpt-5-mini`: what was run, by names as short as git's. */
export function targetParts({ prompts, commit, model }: Target): string[] {
  return [
    ...Object.entries(prompts).map(([name, version]) => `${name}@${version.slice(0, 7)}`),
    ...(commit === null ? [] : [`commit ${commit.slice(0, 7)}`]),
    ...(model === null ? [] : [model]),
  ];
}

/** What other features know of failures: each gives the newest link of each failure that has one. */
import type { Release, Rollout, VerdictWord } from "@ratchet/protocol";
import type { ProjectScope } from "../router.ts";

export interface CapturedLink {
  dataset: string;
  version: number;
  /** Cases that came from this failure. */
  caseCount: number;
  at: string;
}
export interface GateLink {
  gate: string;
  /** The candidate. */
  experiment: string;
  verdict: VerdictWord;
  sentence: string;
  at: string;
}
export interface PromptLink {
  name: string;
  version: string;
  at: string;
}
export interface ReleaseLink {
  release: string;
  state: Release["state"];
  at: string;
  /** When it reached everybody; stays set after a later release took over. */
  liveAt: string | null;
}
export interface RolloutLink {
  rollout: string;
  state: Rollout["state"];
  percent: number;
  reason: string;
  startedAt: string;
  endedAt: string | null;
}

/** Links of one failure. */
export interface Links {
  captured: CapturedLink | null;
  prompt: PromptLink | null;
  gate: GateLink | null;
  release: ReleaseLink | null;
  rollout: RolloutLink | null;
}

type Find<Link> = (project: ProjectScope, failures: readonly string[]) => Promise<Map<string, Link>>;

/** One batched question to each feature of the loop. */
export interface LinkSources {
  findCaptured: Find<CapturedLink>;
  findPrompts: Find<PromptLink>;
  findGates: Find<GateLink>;
  findReleases: Find<ReleaseLink>;
  findRollouts: Find<RolloutLink>;
}

export async function findLinks(
  sources: LinkSources,
  project: ProjectScope,
  failures: readonly string[],
): Promise<Map<string, Links>> {
  const [captured, prompts, gates, releases, rollouts] = await Promise.all([
    sources.findCaptured(project, failures),
    sources.findPrompts(project, failures),
    sources.findGates(project, failures),
    sources.findReleases(project, failures),
    sources.findRollouts(project, failures),
  ]);
  return new Map(
    failures.map((id) => [
      id,
      {
        captured: captured.get(id) ?? null,
        prompt: prompts.get(id) ?? null,
        gate: gates.get(id) ?? null,
        release: releases.get(id) ?? null,
        rollout: rollouts.get(id) ?? null,
      },
    ]),
  );
}

/** The links that belong to the attempt after `since`: what was tried before a failure came back proves nothing now. */
export function keepLinksSince(links: Links, since: string | null): Links {
  if (since === null) return links;
  const isLater = (at: string) => Date.parse(at) > Date.parse(since);
  return {
    captured: links.captured,
    prompt: links.prompt && isLater(links.prompt.at) ? links.prompt : null,
    gate: links.gate && isLater(links.gate.at) ? links.gate : null,
    release: links.release && isLater(links.release.at) ? links.release : null,
    rollout: links.rollout && isLater(links.rollout.startedAt) ? links.rollout : null,
  };
}

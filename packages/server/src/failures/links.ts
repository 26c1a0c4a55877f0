/** What other features know of failures: the newest link of each kind. */
import type { VerdictWord } from "@ratchet/protocol";
import type { CapturedCases } from "../datasets/datasets.ts";
import type { GateHeadline } from "../experiments/gates.ts";
import type { PromptFix } from "../prompts/prompts.ts";
import type { ReleaseFix } from "../releases/releases.ts";
import type { RolloutFix } from "../rollouts/rollouts.ts";
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
/** Links of one failure. */
export interface Links {
  captured: CapturedLink | null;
  prompt: PromptFix | null;
  gate: GateLink | null;
  release: ReleaseFix | null;
  rollout: RolloutFix | null;
}

type Find<Link> = (project: ProjectScope, failures: readonly string[]) => Promise<Map<string, Link>>;

/** One batched question to each feature of the loop. */
export interface LinkSources {
  /** The most recently changed dataset first. */
  findCaptured: Find<CapturedCases[]>;
  findPrompts: Find<PromptFix>;
  /** Newest first: those that judge a fix of any of the failures. */
  listGates(project: ProjectScope, failures: readonly string[]): Promise<GateHeadline[]>;
  findReleases: Find<ReleaseFix>;
  findRollouts: Find<RolloutFix>;
}

export async function findLinks(
  sources: LinkSources,
  project: ProjectScope,
  failures: readonly string[],
): Promise<Map<string, Links>> {
  const [captured, prompts, gates, releases, rollouts] = await Promise.all([
    sources.findCaptured(project, failures),
    sources.findPrompts(project, failures),
    sources.listGates(project, failures),
    sources.findReleases(project, failures),
    sources.findRollouts(project, failures),
  ]);
  return new Map(
    failures.map((id) => [
      id,
      {
        captured: toCapturedLink(captured.get(id)),
        prompt: prompts.get(id) ?? null,
        gate: toGateLink(gates.find((gate) => gate.failures.includes(id))),
        release: releases.get(id) ?? null,
        rollout: rollouts.get(id) ?? null,
      },
    ]),
  );
}

function toCapturedLink([newest]: readonly CapturedCases[] = []): CapturedLink | null {
  if (newest === undefined) return null;
  const { dataset, version, caseIds, firstAt } = newest;
  return { dataset, version, caseCount: caseIds.length, at: firstAt };
}

function toGateLink(gate: GateHeadline | undefined): GateLink | null {
  if (gate === undefined) return null;
  const { id, candidate, verdict, sentence, createdAt } = gate;
  return { gate: id, experiment: candidate, verdict, sentence, at: createdAt };
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

/** Which stage a failure is at: it follows from links and numbers, and nobody sets it. */
import type { FailureStage } from "@ratchet/protocol";
import { keepLinksSince, type Links } from "./links.ts";

/** What is known of the failure beside its links. */
export interface StageFacts {
  isArchived: boolean;
  /** It was shown to be gone, and not to have come back since. */
  isVerified: boolean;
  /** When it was shown to have come back, unless it was verified anew since. */
  cameBackAt: string | null;
  /** The numbers of now show that it is gone since its newest fix. */
  isGone: boolean;
}

export interface DerivedStage {
  stage: FailureStage;
  /** Links that count: those after it last came back. */
  links: Links;
}

/**
 * The furthest stage that is proven. A gate counts only for the newest fix; a rollout that was aborted takes the
 * failure back to its gate; once verified, it stays so until it is shown to have come back.
 */
export function deriveStage(facts: StageFacts, allLinks: Links): DerivedStage {
  const links = keepLinksSince(allLinks, facts.cameBackAt);
  return { stage: judge(facts, links), links };
}

/** Whether the gate judged the newest proposed fix, not an earlier one. */
export function isGateCurrent({ gate, prompt }: Links): boolean {
  return gate !== null && isNotOlder(gate.at, prompt);
}

function judge(facts: StageFacts, links: Links): FailureStage {
  const { captured, prompt, gate, release, rollout } = links;
  if (facts.isArchived) return "archived";
  if (facts.isVerified) return "verified";
  if (facts.isGone && release !== null && release.liveAt !== null) return "verified";
  if (isUnderWay(links)) return "rolling out";
  if (isGateCurrent(links) && gate?.verdict === "pass") return "gated";
  if (release?.state === "ready" && isNotOlder(release.at, prompt)) return "gated";
  if (prompt || gate || release || rollout) return "fix proposed";
  if (facts.cameBackAt !== null) return "regressed";
  return captured !== null && captured.caseCount > 0 ? "captured" : "open";
}

function isUnderWay({ release, rollout }: Links): boolean {
  if (rollout !== null && (rollout.state === "running" || rollout.state === "paused")) return true;
  return release !== null && release.state !== "ready" && release.state !== "rolled back";
}

function isNotOlder(at: string, prompt: Links["prompt"]): boolean {
  return prompt === null || Date.parse(at) >= Date.parse(prompt.at);
}

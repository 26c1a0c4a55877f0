/** Which stages a failure has reached, when and by what, for its history. */
import type { Verification } from "@ratchet/protocol";
import type { Links } from "./links.ts";
import { describeVerification } from "./loop-strip.ts";
import type { StageRow } from "./store.ts";

export interface Reached {
  failure: string;
  firstSeen: string;
  links: Links;
  /** The fix that the numbers of now are about. */
  proven: { release: string | null; verification: Verification | null };
  /** `null` unless it is verified. */
  verifiedAt: string | null;
  comeback: StageRow | undefined;
}

/** In loop order. */
export function findReachedStages({ failure, firstSeen, links, proven, verifiedAt, comeback }: Reached): StageRow[] {
  const { captured, prompt, gate, release, rollout } = links;
  const plain = { failure, release: null, verification: null };
  const reached: StageRow[] = [{ ...plain, stage: "open", at: firstSeen, note: "first signal" }];
  if (captured) {
    const note = `${captured.caseCount} in ${captured.dataset} v${captured.version}`;
    reached.push({ ...plain, stage: "captured", at: toMilliseconds(captured.at), note });
  }
  if (prompt) {
    const note = `${prompt.name}@${prompt.version.slice(0, 4)}`;
    reached.push({ ...plain, stage: "fix proposed", at: toMilliseconds(prompt.at), note });
  }
  if (gate?.verdict === "pass") {
    reached.push({ ...plain, stage: "gated", at: toMilliseconds(gate.at), note: `${gate.gate}: ${gate.sentence}` });
  }
  if (rollout) {
    const note = `${rollout.rollout}${release ? ` takes ${release.release} to traffic` : ""}`;
    reached.push({ ...plain, stage: "rolling out", at: toMilliseconds(rollout.startedAt), note });
  }
  const numbers = proven.verification ? describeVerification(proven.verification) : "";
  if (verifiedAt) reached.push({ failure, ...proven, stage: "verified", at: verifiedAt, note: numbers });
  if (comeback) reached.push({ ...comeback, note: comeback.note || numbers });
  return reached;
}

/** The table keeps milliseconds apart, so a finer time would be recorded again each time. */
function toMilliseconds(at: string): string {
  return new Date(at).toISOString();
}

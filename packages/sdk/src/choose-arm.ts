/** Which release serves a trace: one configuration and one arm, from its first prompt to its end. */
import type { SdkConfig } from "@ratchet/protocol";
import { bucketCount, isCandidate } from "@ratchet/protocol/assignment";

export interface PinnedConfig {
  config: SdkConfig;
  /** `null` without a rollout, or without anything to assign by: then control serves, and is no exposure. */
  assignment: { rollout: string; arm: "control" | "candidate"; unit: string; plannedShare: number } | null;
}

/** @param unit The propagated unit, else session, user or trace. */
export function pinConfig(config: SdkConfig, unit: string | undefined): PinnedConfig {
  const { rollout } = config;
  if (rollout === null || unit === undefined) return { config, assignment: null };
  const arm = isCandidate(rollout.salt, unit, rollout.weight) ? "candidate" : "control";
  return { config, assignment: { rollout: rollout.id, arm, unit, plannedShare: rollout.weight / bucketCount } };
}

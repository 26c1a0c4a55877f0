/** Which release serves a trace: one configuration and one arm, from its first prompt to its end. */
import type { SdkConfig } from "@ratchet/protocol";
import { bucketCount, isCandidate } from "@ratchet/protocol/assignment";
import type { CompiledPrompt } from "./prompt-file.ts";

/** A configuration of which every prompt has been read and found whole. */
export interface ServedConfig {
  readonly config: SdkConfig;
  /** By `name@version`. */
  readonly prompts: ReadonlyMap<string, CompiledPrompt>;
}

interface Assignment {
  rollout: string;
  arm: "control" | "candidate";
  unit: string;
  /** The candidate's planned share of units, in [0, 1]. */
  plannedShare: number;
}

export interface PinnedConfig {
  readonly served: ServedConfig;
  /** `null` without a rollout, or without anything to assign by: then control serves, and is no exposure. */
  readonly assignment: Assignment | null;
}

/** @param unit The propagated unit, else session, user or trace. */
export function pinConfig(served: ServedConfig, unit: string | undefined): PinnedConfig {
  const { rollout } = served.config;
  if (rollout === null || unit === undefined) return { served, assignment: null };
  const arm = isCandidate(rollout.salt, unit, rollout.weight) ? "candidate" : "control";
  return { served, assignment: { rollout: rollout.id, arm, unit, plannedShare: rollout.weight / bucketCount } };
}

/** What serves the trace: the candidate's release, or the control's, which is the live one. */
export function releaseOf({ served: { config }, assignment }: PinnedConfig): SdkConfig["release"] {
  return assignment?.arm === "candidate" ? (config.rollout?.candidate ?? null) : config.release;
}

interface Choice {
  prompt: CompiledPrompt;
  commit: string | null;
  release: string;
}

/** The version of the pinned arm's release; `undefined` when that release does not hold the prompt. */
export function choosePrompt(pinned: PinnedConfig, name: string): Choice | undefined {
  const { config, prompts } = pinned.served;
  const release = releaseOf(pinned);
  const key = `${name}@${release?.prompts[name]}`;
  const prompt = prompts.get(key);
  if (!release || prompt === undefined) return undefined;
  return { prompt, commit: config.contents[key]?.commit ?? null, release: release.id };
}

/** Whether the arms serve different versions: only then has a unit seen one of them. */
export function isExposing({ served: { config } }: PinnedConfig, name: string): boolean {
  return config.rollout !== null && config.rollout.candidate.prompts[name] !== config.release?.prompts[name];
}

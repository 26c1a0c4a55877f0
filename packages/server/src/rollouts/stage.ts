/** What a stage plans, in the numbers that SDKs send with each exposure. */
import { bucketCount } from "@ratchet/protocol/assignment";
import type { RolloutRow } from "./store.ts";

/** Of 100,000 buckets, those that the candidate has at a percentage. */
export function weightOf(percent: number): number {
  return Math.round(percent * (bucketCount / 100));
}

/** The candidate's share exactly as exposures carry it: 1.1 / 100 is another double than 1100 / 100,000. */
export function plannedShareOf(percent: number): number {
  return weightOf(percent) / bucketCount;
}

/** The stage that a rollout is in. */
export function describeStage({ stage, stages }: RolloutRow): { stage: number; percent: number } {
  return { stage, percent: stages[stage]?.percent ?? 0 };
}

export function isEnded({ state }: RolloutRow): boolean {
  return state === "completed" || state === "aborted";
}

/** How a failure's stage and trend look: shape, word, colour. */
import type { Failure, FailureStage } from "@ratchet/protocol";
import type { Tone } from "../../ui/status.tsx";

export const stageTones: Record<FailureStage, Tone> = {
  open: "neutral",
  captured: "busy",
  "fix proposed": "busy",
  gated: "busy",
  "rolling out": "busy",
  verified: "good",
  regressed: "bad",
  archived: "neutral",
  merged: "neutral",
};

/** In the order of the tabs: what needs a person first, then along the loop. */
export const tabStages: FailureStage[] = [
  "regressed",
  "open",
  "captured",
  "fix proposed",
  "gated",
  "rolling out",
  "verified",
  "archived",
  "merged",
];

/** What the list shows when no stage is chosen: everything that is still on its way, or verified. */
export function isActive(stage: FailureStage): boolean {
  return stage !== "archived" && stage !== "merged";
}

export const trendArrows: Record<Failure["trend"], string> = {
  new: "✦",
  escalating: "↗",
  steady: "→",
  fading: "↘",
  silent: "·",
};

export function sentenceCase(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

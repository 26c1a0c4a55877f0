/** How a rollout's and a release's state reads, as word and tone. */
import type { Release, Rollout } from "@ratchet/protocol";
import type { Tone } from "../../ui/status.tsx";

type States<State extends string> = Record<State, { tone: Tone; word: string }>;

/** Paused is no verdict: its tone is *not enough evidence*, never *worse*. */
export const rolloutStates: States<Rollout["state"]> = {
  running: { tone: "busy", word: "running" },
  paused: { tone: "unsure", word: "paused" },
  completed: { tone: "good", word: "completed" },
  aborted: { tone: "bad", word: "rolled back" },
};

export const releaseStates: States<Release["state"]> = {
  ready: { tone: "neutral", word: "ready" },
  "rolling out": { tone: "busy", word: "rolling out" },
  live: { tone: "good", word: "live" },
  previous: { tone: "neutral", word: "previous" },
  "rolled back": { tone: "bad", word: "rolled back" },
};

/** `at 25 % of units`, `everybody on R-3`, `everybody back on R-2`: where the traffic is. */
export function trafficText(rollout: Pick<Rollout, "state" | "percent" | "release" | "control">): string {
  if (rollout.state === "aborted") return `everybody back on ${rollout.control}`;
  return rollout.state === "completed" ? `everybody on ${rollout.release}` : `at ${rollout.percent} % of units`;
}

/**
 * What an active rollout stands on now: why it waits, or that it is ready. `null` once it has ended.
 * Missing evidence is said to be missing, not to be harm.
 */
export function standingText(rollout: Pick<Rollout, "state" | "waitingFor" | "autoPromote">): string | null {
  if (rollout.state === "completed" || rollout.state === "aborted") return null;
  if (rollout.state === "paused") return "Paused: no unit changes its arm until a person resumes it.";
  if (rollout.waitingFor.length > 0) return "Holding: the evidence to go on is not there yet.";
  return rollout.autoPromote
    ? "Nothing is missing: it advances by itself."
    : "Nothing is missing: a person may advance it.";
}

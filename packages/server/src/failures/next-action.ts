/** The one thing to do next about a failure. */
import type { LoopStrip } from "@ratchet/protocol";
import { isGateCurrent } from "./derive-stage.ts";
import type { StripSubject } from "./loop-strip.ts";

type Action = NonNullable<LoopStrip["next"]>;

/** `null` when nothing is left to do. */
export function chooseNextAction(subject: StripSubject): Action | null {
  const { id, stage } = subject;
  switch (stage) {
    case "open":
      return { label: "Capture as test", href: `/failures/${id}`, command: ratchet(`failures capture ${id}`) };
    case "captured":
      return runGate(id, "Change the prompt, then run the gate", "/prompts");
    case "regressed":
      return runGate(id, "Propose another fix", "/prompts");
    case "fix proposed":
      return afterFix(subject);
    case "gated":
      return afterGate(subject);
    case "rolling out":
      return duringRollout(subject);
    case "archived":
    case "verified":
    case "merged":
      return null;
  }
}

/** Running the evals sends the prompt files too, so one command serves whatever changed. */
function runGate(id: string, label: string, href: string): Action {
  return { label, href, command: ratchet(`eval --gate --fixes ${id}`) };
}

function afterFix({ id, links }: StripSubject): Action {
  const { gate } = links;
  if (gate === null || !isGateCurrent(links)) return runGate(id, "Run gate", "/experiments");
  const href = `/gates/${gate.gate}`;
  if (gate.verdict === "inconclusive") return runGate(id, "Run gate again with more cases", href);
  if (gate.verdict === "infrastructure") return runGate(id, "Run gate again", href);
  return runGate(id, "Propose another fix", href);
}

function afterGate({ id, links: { gate, release, rollout } }: StripSubject): Action {
  if (rollout?.state === "aborted") return runGate(id, "Propose another fix", `/rollouts/${rollout.rollout}`);
  if (release?.state === "ready") {
    return { label: "Start rollout", href: "/rollouts", command: ratchet(`rollout start ${release.release}`) };
  }
  const command = gate && ratchet(`release create --gate ${gate.gate}`);
  return { label: "Release it", href: gate && `/gates/${gate.gate}`, command };
}

function duringRollout({ id, links: { rollout }, verification }: StripSubject): Action {
  if (rollout?.state === "running" || rollout?.state === "paused") {
    const isPaused = rollout.state === "paused";
    const label = isPaused ? "Resume or abort the rollout" : "Watch the rollout";
    const command = ratchet(`rollout ${isPaused ? "resume" : "show"} ${rollout.rollout}`);
    return { label, href: `/rollouts/${rollout.rollout}`, command };
  }
  const wanting = verification?.furtherTraces;
  const label = wanting ? `Wait for ${wanting.toLocaleString("en")} more clean traces` : "Wait for more traces";
  return { label, href: `/failures/${id}`, command: ratchet(`failures show ${id}`) };
}

/** `npx` finds the command in a clone, in a project that depends on it, and where it is installed for all. */
function ratchet(words: string): string {
  return `npx ratchet ${words}`;
}

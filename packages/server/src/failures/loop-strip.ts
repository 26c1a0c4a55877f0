/** The loop strip: six steps, for pages, the command line and pull requests alike. */
import type { FailureStage, LoopStep, LoopStrip, Verification } from "@ratchet/protocol";
import { isGateCurrent } from "./derive-stage.ts";
import type { Links } from "./links.ts";
import { chooseNextAction } from "./next-action.ts";

export interface StripSubject {
  id: string;
  title: string;
  stage: FailureStage;
  signalCount: number;
  firstSeen: string;
  links: Links;
  verification: Verification | null;
  verifiedAt: string | null;
  /** When it came back after having been verified, and in which release. */
  regression: { at: string; release: string | null } | null;
}

/** `state` is set where a step is neither simply behind nor ahead. */
type Fact = Omit<LoopStep, "state"> & { isReached: boolean; state?: LoopStep["state"] };

export function toLoopStrip(subject: StripSubject): LoopStrip {
  const facts = [found(subject), captured(subject), fix(subject), gate(subject), rollout(subject), verified(subject)];
  const current = subject.stage === "archived" ? -1 : facts.findLastIndex((fact) => fact.isReached) + 1;
  const steps = facts.map(({ isReached, state, ...fact }, index): LoopStep => {
    const usual = isReached ? "done" : index === current ? "current" : "waiting";
    return { ...fact, state: state ?? usual };
  });
  return { failure: subject.id, title: subject.title, steps, next: chooseNextAction(subject) };
}

function found({ id, signalCount, firstSeen, regression }: StripSubject): Fact {
  const step = { name: "Found", href: `/failures/${id}`, isReached: true } as const;
  if (regression) {
    const where = regression.release === null ? "" : ` in ${regression.release}`;
    return { ...step, state: "went back", note: `came back${where}`, at: regression.at };
  }
  return { ...step, note: plural(signalCount, "signal"), at: firstSeen };
}

function captured({ links }: StripSubject): Fact {
  const link = links.captured;
  return {
    name: "Captured",
    isReached: link !== null && link.caseCount > 0,
    note: link ? `${plural(link.caseCount, "case")} · v${link.version}` : "",
    href: link && `/datasets/${encodeURIComponent(link.dataset)}`,
    at: link?.at ?? null,
  };
}

function fix({ links: { prompt, release } }: StripSubject): Fact {
  const step = { name: "Fix", isReached: prompt !== null || release !== null } as const;
  if (prompt) {
    const href = `/prompts/${encodeURIComponent(prompt.name)}?version=${prompt.version}`;
    return { ...step, note: `${prompt.name}@${prompt.version.slice(0, 4)}`, href, at: prompt.at };
  }
  return { ...step, note: release?.release ?? "", href: null, at: release?.at ?? null };
}

const verdictNotes = {
  pass: "passed",
  regress: "worse",
  inconclusive: "undecided",
  infrastructure: "could not be run",
} as const;

function gate({ links }: StripSubject): Fact {
  const link = links.gate;
  if (link !== null && isGateCurrent(links)) {
    const isBlocked = link.verdict === "regress" || link.verdict === "infrastructure";
    return {
      name: "Gate",
      isReached: link.verdict === "pass",
      ...(isBlocked && { state: "blocked" }),
      note: `${link.gate} ${verdictNotes[link.verdict]}`,
      href: `/gates/${link.gate}`,
      at: link.at,
    };
  }
  const { release, prompt } = links;
  const isForced = release !== null && (prompt === null || Date.parse(prompt.at) <= Date.parse(release.at));
  return { name: "Gate", isReached: isForced, note: isForced ? "not asked" : "", href: null, at: null };
}

function rollout({ links: { release, rollout } }: StripSubject): Fact {
  const step = { name: "Rollout", href: rollout && `/rollouts/${rollout.rollout}` } as const;
  const shipped = release?.release ?? "";
  const isLive = release !== null && release.liveAt !== null;
  if (isLive) return { ...step, isReached: true, note: `${shipped} live`, at: release.liveAt };
  if (rollout === null) return { ...step, isReached: false, note: shipped && `${shipped} ready`, at: null };
  const at = rollout.endedAt ?? rollout.startedAt;
  if (rollout.state === "aborted") {
    return { ...step, isReached: false, state: "went back", note: `${shipped} rolled back`.trim(), at };
  }
  const place = `${shipped} at ${formatPercent(rollout.percent)}`.trim();
  if (rollout.state === "paused") {
    return { ...step, isReached: false, state: "blocked", note: `${place}, paused`, at };
  }
  return { ...step, isReached: rollout.state === "completed", note: place, at };
}

function verified({ id, stage, verification, verifiedAt }: StripSubject): Fact {
  return {
    name: "Verified",
    isReached: stage === "verified",
    note: verification ? describeVerification(verification) : "",
    href: verification && `/failures/${id}`,
    at: verifiedAt,
  };
}

/** `0 of 412; rate ≤ 0.7 %`, and how many clean traces are wanting. */
export function describeVerification(verification: Verification): string {
  const { failuresSince, exposedSince, upperBound, furtherTraces } = verification;
  const seen = `${failuresSince.toLocaleString("en")} of ${exposedSince.toLocaleString("en")}`;
  const bound = upperBound === null ? "" : `; rate ≤ ${formatPercent(upperBound * 100)}`;
  return `${seen}${bound}${furtherTraces ? `; ${furtherTraces.toLocaleString("en")} more to decide` : ""}`;
}

function formatPercent(percent: number): string {
  return `${Number(percent.toPrecision(2))} %`;
}

function plural(count: number, word: string): string {
  return `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
}

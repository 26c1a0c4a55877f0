import type { FailureStage } from "@ratchet/protocol";
import { describe, expect, it } from "vitest";
import { deriveStage, type StageFacts } from "./derive-stage.ts";
import type { Links } from "./links.ts";
import { type StripSubject, toLoopStrip } from "./loop-strip.ts";

const at = (hour: number) => `2026-11-24T${String(hour).padStart(2, "0")}:00:00.000Z`;
const none: Links = { captured: null, prompt: null, gate: null, release: null, rollout: null };
const facts: StageFacts = { isArchived: false, isVerified: false, cameBackAt: null, isGone: false };

const captured = { dataset: "refunds", version: 9, caseCount: 4, at: at(2) };
const prompt = { name: "triage", version: "3f2a00000000", at: at(3) };
const gate = { gate: "G-1", experiment: "E-2", verdict: "pass", sentence: "Better.", at: at(4) } as const;
const ready = { release: "R-2", state: "ready", at: at(5), liveAt: null } as const;
const going = { ...ready, state: "rolling out" } as const;
const live = { ...ready, state: "live", liveAt: at(8) } as const;
const rolledBack = { ...ready, state: "rolled back" } as const;
const running = {
  rollout: "RO-1",
  state: "running",
  percent: 25,
  reason: "",
  startedAt: at(6),
  endedAt: null,
} as const;
const paused = { ...running, state: "paused" } as const;
const completed = { ...running, state: "completed", endedAt: at(8) } as const;
const aborted = { ...running, state: "aborted", endedAt: at(8) } as const;
const chain = { captured, prompt, gate };

type Case = [string, FailureStage, Partial<Links>, Partial<StageFacts>?];
const cases: Case[] = [
  ["nothing done", "open", {}],
  ["a dataset without cases of it", "open", { captured: { ...captured, caseCount: 0 } }],
  ["cases", "captured", { captured }],
  ["a fix", "fix proposed", { captured, prompt }],
  ["a fix without cases", "fix proposed", { prompt }],
  ["a gate that passed", "gated", chain],
  ["a gate that found it worse", "fix proposed", { ...chain, gate: { ...gate, verdict: "regress" } }],
  ["a gate that could not decide", "fix proposed", { ...chain, gate: { ...gate, verdict: "inconclusive" } }],
  ["a gate that passed an earlier fix", "fix proposed", { ...chain, prompt: { ...prompt, at: at(5) } }],
  ["a release that is ready", "gated", { ...chain, release: ready }],
  ["a forced release", "gated", { captured, prompt, release: ready }],
  ["a forced release of an earlier fix", "fix proposed", { prompt: { ...prompt, at: at(6) }, release: ready }],
  ["a running rollout", "rolling out", { ...chain, release: going, rollout: running }],
  ["a paused rollout", "rolling out", { ...chain, release: going, rollout: paused }],
  [
    "a new fix while one rolls out",
    "rolling out",
    { ...chain, prompt: { ...prompt, at: at(7) }, release: going, rollout: running },
  ],
  ["an aborted rollout", "gated", { ...chain, release: rolledBack, rollout: aborted }],
  [
    "a new fix after an aborted one",
    "fix proposed",
    { ...chain, prompt: { ...prompt, at: at(9) }, release: rolledBack, rollout: aborted },
  ],
  ["a live fix without the numbers", "rolling out", { ...chain, release: live, rollout: completed }],
  ["a live fix with the numbers", "verified", { ...chain, release: live, rollout: completed }, { isGone: true }],
  [
    "the numbers before it reached everybody",
    "rolling out",
    { ...chain, release: going, rollout: running },
    { isGone: true },
  ],
  [
    "a proof, though a new fix is proposed",
    "verified",
    { ...chain, prompt: { ...prompt, at: at(9) }, release: live },
    { isVerified: true },
  ],
  ["a come-back", "regressed", { ...chain, release: live, rollout: completed }, { cameBackAt: at(10), isGone: true }],
  [
    "a come-back and a new fix",
    "fix proposed",
    { ...chain, prompt: { ...prompt, at: at(11) }, release: live },
    { cameBackAt: at(10) },
  ],
  ["an archived failure", "archived", { ...chain, release: live }, { isArchived: true, isVerified: true }],
];

describe("the stage of a failure", () => {
  it.each(cases)("with %s is %s", (_, stage, links, given = {}) => {
    expect(deriveStage({ ...facts, ...given }, { ...none, ...links }).stage).toBe(stage);
  });
});

describe("the loop strip", () => {
  const strip = ([, , links, given = {}]: Case, more: Partial<StripSubject> = {}) => {
    const derived = deriveStage({ ...facts, ...given }, { ...none, ...links });
    const subject = { id: "F-1", title: "Refunds", signalCount: 12, firstSeen: at(1) };
    const proof = { verification: null, verifiedAt: null, regression: null };
    return toLoopStrip({ ...subject, ...proof, ...derived, ...more });
  };
  const find = (name: string) => cases.find(([title]) => title === name) as Case;
  const states = (...args: Parameters<typeof strip>) => strip(...args).steps.map((step) => step.state);

  it.each(cases)(
    "with %s has six named steps, at most one current, and a next action unless all is done",
    (...given) => {
      const { steps, next } = strip(given);
      expect(steps.map((step) => step.name)).toEqual(["Found", "Captured", "Fix", "Gate", "Rollout", "Verified"]);
      expect(steps.filter((step) => step.state === "current").length).toBeLessThanOrEqual(1);
      expect(next === null).toBe(given[1] === "verified" || given[1] === "archived");
    },
  );

  it("points at what is to be done", () => {
    expect(states(find("nothing done"))).toEqual(["done", "current", "waiting", "waiting", "waiting", "waiting"]);
    expect(states(find("a gate that could not decide")).slice(3)).toEqual(["current", "waiting", "waiting"]);
    expect(states(find("a gate that found it worse")).slice(3)).toEqual(["blocked", "waiting", "waiting"]);
    expect(states(find("a running rollout")).slice(3)).toEqual(["done", "current", "waiting"]);
    expect(states(find("an aborted rollout")).slice(3)).toEqual(["done", "went back", "waiting"]);
    expect(states(find("a live fix without the numbers")).slice(3)).toEqual(["done", "done", "current"]);
  });

  it("says in a few words where each step is", () => {
    const verification = {
      rateBefore: 0.1,
      failuresSince: 0,
      exposedSince: 412,
      upperBound: 0.00724,
      furtherTraces: 0,
    };
    const { steps } = strip(find("a live fix with the numbers"), { verification });
    expect(steps.map((step) => step.note)).toEqual([
      "12 signals",
      "4 cases · v9",
      "triage@3f2a",
      "G-1 passed",
      "R-2 live",
      "0 of 412; rate ≤ 0.72 %",
    ]);
    expect(steps.map((step) => step.href)).toEqual([
      "/failures/F-1",
      "/datasets/refunds",
      "/prompts/triage?version=3f2a00000000",
      "/gates/G-1",
      "/rollouts/RO-1",
      "/failures/F-1",
    ]);
  });

  it("sends a failure that came back to the start", () => {
    const { steps } = strip(find("a come-back"), { regression: { at: at(10), release: "R-2" } });
    expect(steps[0]).toMatchObject({ state: "went back", note: "came back in R-2" });
    expect(steps[2]?.state).toBe("current");
  });

  it.each([
    ["nothing done", "npx ratchet failures capture F-1"],
    ["cases", "npx ratchet eval --gate --fixes F-1"],
    ["a gate that passed", "npx ratchet release create --gate G-1"],
    ["a release that is ready", "npx ratchet rollout start R-2"],
    ["a running rollout", "npx ratchet rollout show RO-1"],
    ["a paused rollout", "npx ratchet rollout resume RO-1"],
    ["an aborted rollout", "npx ratchet eval --gate --fixes F-1"],
    ["a live fix without the numbers", "npx ratchet failures show F-1"],
  ])("with %s says %s", (name, command) => {
    expect(strip(find(name)).next?.command).toBe(command);
  });
});

/** Projects and Home in the states that matter: full, running, empty. */

import type { Failure, Gate, Rollout } from "@ratchet/protocol";
import { Home, type LoopStrip, Project } from "@ratchet/protocol";

const columnStages = [
  ["Found", "open", "Capture as test"],
  ["Captured", "captured", "Change the prompt"],
  ["Fix", "fix proposed", "Run the gate"],
  ["Gate", "gated", "Start the rollout"],
  ["Rollout", "rolling out", "Wait for exposure"],
  ["Verified", "verified", "Nothing to do"],
] as const;

export function makeProjects(now: number): Project[] {
  const createdAt = new Date(now - 86_400_000).toISOString();
  const project = (slug: string, name: string, rest: Partial<Project> = {}) =>
    Project.parse({ slug, name, sample: false, createdAt, activity: null, firstSpanAt: createdAt, ...rest });
  return [
    project("sample-teammate", "Sample: Teammate", { sample: true, activity: makeActivity(now, "running") }),
    project("default", "default", { firstSpanAt: null }),
    project("huge", "10,000 rows"),
    project("broken", "Broken"),
    project("slow", "Never answers"),
    project("finished", "Finished sample", { sample: true, activity: makeActivity(now, "done") }),
  ];
}

function makeActivity(now: number, state: "running" | "done") {
  const names = [
    "Import threads",
    "Answer with the baseline",
    "Collect reactions",
    "Find failures",
    "Capture cases",
    "Run experiments",
    "Roll out",
  ];
  return {
    state,
    message: state === "running" ? "Answering 240 real threads with the built-in baseline" : "The loop has run once",
    done: state === "running" ? 96 : 240,
    total: 240,
    steps: names.map((name, index) => ({
      name,
      state:
        state === "done" || index < 2 ? ("done" as const) : index === 2 ? ("running" as const) : ("waiting" as const),
      ...(index === 1 && { note: "240 answers", href: "/traces" }),
    })),
    facts: [
      { label: "Baseline's label accuracy", value: "0.71 [0.66, 0.76] on 240 threads", href: "/experiments" },
      { label: "No model is connected", value: "Set OPENAI_API_KEY and run npx ratchet demo again to compare one" },
    ],
    updatedAt: new Date(now).toISOString(),
  };
}

export function makeHome(project: Project, failures: Failure[], gates: Gate[], rollouts: Rollout[]): Home {
  return Home.parse({
    project,
    sentence:
      failures.length > 0
        ? "1 failure needs capture · 1 gate undecided · canary at 25 %, no sign of harm."
        : "No failures yet: nothing has gone wrong, or nothing has been traced.",
    columns: columnStages.map(([name, stage, next]) => {
      const here = failures.filter((failure) => failure.stage === stage);
      return { name, count: here.length, oldest: here[0]?.firstSeen ?? null, failures: here, next };
    }),
    regressed: failures.filter(({ stage }) => stage === "regressed"),
    health:
      failures.length > 0
        ? {
            traces24h: 1204,
            errorShare: 0.021,
            p50Ms: 820,
            p95Ms: 4310,
            costUsd24h: 3.42,
            thumbsUp24h: 31,
            thumbsDown24h: 9,
          }
        : { traces24h: 0, errorShare: null, p50Ms: null, p95Ms: null, costUsd24h: 0, thumbsUp24h: 0, thumbsDown24h: 0 },
    gates,
    rollouts,
  });
}

/** Strips for any object: every failure that has left *open*. */
export function makeStrips(failures: Failure[]): LoopStrip[] {
  return failures.filter(({ stage }) => stage !== "open" && stage !== "archived").map(({ loop }) => loop);
}

/** A rollout that runs, one that rolled itself back, one that reached everybody, and their releases. */
import { Release, type Rollout, RolloutDetail } from "@ratchet/protocol";
import { FixtureProblem, type FixtureRoute } from "./fixture-route.ts";
import { createRandom } from "./random.ts";
import { versionIds } from "./sample-prompts.ts";

const minuteMs = 60_000;
const stages = [1, 10, 50].map((percent) => ({ percent, minUnitsPerArm: 100, minDurationMs: 10 * minuteMs }));
const ratios = [1.25, 1.5, 2, 3, 5, 10];

type Story = {
  id: string;
  release: string;
  state: Rollout["state"];
  stage: number;
  /** How much more often the candidate fails. */
  ratio: number;
  failures: number;
  startedAgoMs: number;
};

const stories: Story[] = [
  { id: "RO-3", release: "R-4", state: "aborted", stage: 1, ratio: 6, failures: 60, startedAgoMs: 400 * minuteMs },
  { id: "RO-2", release: "R-2", state: "completed", stage: 2, ratio: 0.5, failures: 90, startedAgoMs: 900 * minuteMs },
  { id: "RO-1", release: "R-3", state: "running", stage: 1, ratio: 1, failures: 40, startedAgoMs: 90 * minuteMs },
];

/** Runs the failure-share process of the story, so that the chart shows what such a rollout looks like. */
function makeHistory(story: Story, startMs: number, spanMs: number, failures: number): RolloutDetail["history"] {
  const random = createRandom(story.failures);
  const likelihoods = ratios.map(() => 1 / ratios.length);
  const history: RolloutDetail["history"] = [];
  let candidateFailures = 0;
  for (let index = 0; index < failures; index++) {
    const progress = (index + 1) / (failures + 1);
    const stage = story.stage === 2 ? Math.min(2, Math.floor(progress * 3)) : Math.min(1, Math.floor(progress * 2));
    const share = (stages[stage]?.percent ?? 1) / 100;
    const isCandidate = random.next() < (share * story.ratio) / (1 - share + share * story.ratio);
    if (isCandidate) candidateFailures++;
    for (const [at, theta] of ratios.entries()) {
      likelihoods[at] = ((likelihoods[at] ?? 0) * (isCandidate ? theta : 1)) / (1 - share + theta * share);
    }
    const evidence = likelihoods.reduce((sum, value) => sum + value, 0);
    history.push({
      at: new Date(startMs + progress * spanMs).toISOString(),
      evidence,
      failures: index + 1,
      candidateFailures,
      plannedShare: share,
    });
    if (story.state === "aborted" && evidence >= 20) break;
  }
  return history;
}

function makeRollout(story: Story, now: number, project: string): RolloutDetail {
  const startMs = now - story.startedAgoMs;
  const spanMs = story.state === "running" ? story.startedAgoMs : 80 * minuteMs;
  const history = makeHistory(story, startMs, spanMs, project === "huge" ? 3000 : story.failures);
  const last = history[history.length - 1];
  const endMs = story.state === "aborted" ? Date.parse(last?.at ?? "") : startMs + spanMs;
  const at = (share: number) => new Date(startMs + share * (endMs - startMs)).toISOString();
  const failed = { candidate: last?.candidateFailures ?? 0, all: last?.failures ?? 0 };
  const percent = stages[story.stage]?.percent ?? 100;
  const decision = (
    action: RolloutDetail["decisions"][number]["action"],
    stage: number,
    share: number,
    reason: string,
  ) => ({
    at: at(share),
    actor: action === "start" ? "mira" : "ratchet",
    action,
    stage,
    percent: stages[stage]?.percent ?? 100,
    reason,
  });
  const decisions = [
    decision("start", 0, 0, `${story.release} goes to 1 % of units against R-1.`),
    decision(
      "advance",
      1,
      story.stage === 2 ? 0.33 : 0.5,
      "Stage 1 of 3 passed without evidence of harm: 2 of 41 against 3 of 4,012 units failed.",
    ),
    ...(story.stage === 2 ? [decision("advance", 2, 0.66, "Stage 2 of 3 passed without evidence of harm.")] : []),
    ...(story.state === "aborted"
      ? [
          decision(
            "abort",
            1,
            1,
            `The candidate fails more often: evidence ${last?.evidence.toFixed(1)} reached 20, where a harmless release would be stopped in at most 5 % of rollouts.`,
          ),
        ]
      : []),
    ...(story.state === "completed"
      ? [decision("complete", 2, 1, "Every stage passed without evidence of harm.")]
      : []),
  ];
  const arm = (failed: number, units: number) => {
    // However many traces the fixtures have, no more units fail than there are.
    const failedUnits = Math.min(failed, units);
    const estimate = failedUnits / units;
    const half = 1.96 * Math.sqrt((estimate * (1 - estimate)) / units);
    return {
      units,
      traces: Math.round(units * 2.3),
      failedUnits,
      failureRate: { estimate, low: Math.max(0, estimate - half), high: estimate + half },
    };
  };
  return RolloutDetail.parse({
    id: story.id,
    release: story.release,
    control: story.state === "running" ? "R-2" : "R-1",
    salt: story.id,
    state: story.state,
    stages,
    stage: story.stage,
    percent,
    alpha: 0.05,
    evidence: last?.evidence ?? 1,
    threshold: 20,
    arms: { candidate: arm(failed.candidate, 412), control: arm(failed.all - failed.candidate, 3688) },
    sampleRatioP: story.state === "running" ? 0.412 : null,
    waitingFor: story.state === "running" ? ["38 more units in the candidate arm.", "240 s more at this stage."] : [],
    autoPromote: true,
    startedAt: new Date(startMs).toISOString(),
    endedAt: story.state === "running" ? null : new Date(endMs).toISOString(),
    fixes: ["F-5"],
    lastDecision: decisions[decisions.length - 1],
    history,
    decisions,
    drivers: history.slice(-20).map((point, index) => ({
      traceId: createRandom(index + 1).hex(32),
      arm: index % 3 === 0 ? "control" : "candidate",
      detector: index % 2 === 0 ? "thumbs-down" : "error",
      reason:
        index % 2 === 0 ? "The person gave a thumbs-down." : "The span “ask model” failed: 429 Too Many Requests.",
      simulated: index % 2 === 0,
      at: point.at,
    })),
  });
}

function makeReleases(now: number): Release[] {
  const release = (id: string, rest: Partial<Release>) =>
    Release.parse({
      id,
      prompts: { "answers/question": versionIds[0] },
      commit: "4b825dc642cb6eb9",
      note: "",
      gate: null,
      experiment: null,
      forcedBecause: null,
      fixes: [],
      createdAt: new Date(now - (5 - Number(id.slice(2))) * 600 * minuteMs).toISOString(),
      rollouts: [],
      state: "previous",
      ...rest,
    });
  return [
    release("R-4", {
      state: "rolled back",
      forcedBecause: "the gate could not run while the provider was down",
      prompts: { "answers/question": versionIds[2] },
      rollouts: ["RO-3"],
      fixes: ["F-4"],
    }),
    release("R-3", {
      state: "rolling out",
      gate: "G-1",
      experiment: "E-2",
      prompts: { "answers/question": versionIds[1] },
      rollouts: ["RO-1"],
      fixes: ["F-5"],
      note: "Never thank without answering",
    }),
    release("R-2", { state: "live", gate: "G-1", rollouts: ["RO-2"] }),
    release("R-1", {}),
  ];
}

export function rolloutRoutes(now: number): FixtureRoute[] {
  const kept = new Map<string, RolloutDetail>();
  const find = (project: string, id: string | undefined): RolloutDetail => {
    const story = stories.find((candidate) => candidate.id === id);
    if (!story || project === "default") throw new FixtureProblem("not-found", `There is no rollout ${id}.`);
    const key = `${project} ${id}`;
    const rollout = kept.get(key) ?? makeRollout(story, now, project);
    kept.set(key, rollout);
    return rollout;
  };
  return [
    [
      "GET",
      /^\/rollouts$/,
      ({ project }) => {
        const rollouts = project === "default" ? [] : stories.map(({ id }) => find(project, id));
        return { rollouts, total: rollouts.length };
      },
    ],
    [
      "GET",
      /^\/releases$/,
      ({ project }) => {
        const releases = project === "default" ? [] : makeReleases(now);
        return { releases, total: releases.length };
      },
    ],
    ["GET", /^\/rollouts\/([^/]+)$/, ({ project, parts }) => find(project, parts[0])],
    [
      "POST",
      /^\/rollouts\/([^/]+)\/(pause|resume)$/,
      ({ project, parts, body }) => {
        const rollout = find(project, parts[0]);
        const pausing = parts[1] === "pause";
        rollout.state = pausing ? "paused" : "running";
        rollout.decisions.push({
          at: new Date().toISOString(),
          actor: "web",
          action: pausing ? "pause" : "resume",
          stage: rollout.stage,
          percent: rollout.percent,
          reason: (body as { reason: string }).reason,
        });
        return rollout;
      },
    ],
    [
      "POST",
      /^\/rollouts\/([^/]+)\/(advance|abort)$/,
      ({ parts }) => {
        throw new FixtureProblem("conflict", `${parts[0]} is not running any more: it was rolled back meanwhile.`);
      },
    ],
  ];
}

/** Home: the loop board, and one sentence that says what waits for a person. */
import type { Failure, FailureStage, Gate, Home, Project, Rollout } from "@ratchet/protocol";
import type { ProjectScope } from "../router.ts";
import type { Failures } from "./failures.ts";

/** Cards a column shows; its count says how many there are. */
const maxCards = 3;
/** Gates and rollouts shown. A project has one active rollout, and it is its newest. */
const maxRecent = 5;
const dayMs = 24 * 3600 * 1000;
const columns = [
  ["Found", "open"],
  ["Captured", "captured"],
  ["Fix", "fix proposed"],
  ["Gate", "gated"],
  ["Rollout", "rolling out"],
  ["Verified", "verified"],
] as const satisfies [string, FailureStage][];

/** What Home asks of other features. */
export interface HomeDependencies {
  findProject(project: ProjectScope): Promise<Project>;
  /** Of the last 24 h. */
  findTraffic(project: ProjectScope): Promise<Omit<Home["health"], "thumbsUp24h" | "thumbsDown24h">>;
  countThumbs(project: ProjectScope, since: Date): Promise<{ up: number; down: number }>;
  /** Newest first, up to so many. */
  listGates(project: ProjectScope, limit: number): Promise<Gate[]>;
  listRollouts(project: ProjectScope, limit: number): Promise<Rollout[]>;
}

export function createHome(failures: Failures, now: () => Date, others: HomeDependencies) {
  return async (scope: ProjectScope): Promise<Home> => {
    const [project, all, traffic, thumbs, gates, rollouts] = await Promise.all([
      others.findProject(scope),
      failures.list(scope),
      others.findTraffic(scope),
      others.countThumbs(scope, new Date(now().getTime() - dayMs)),
      others.listGates(scope, maxRecent),
      others.listRollouts(scope, maxRecent),
    ]);
    return {
      project,
      sentence: summarise(all, rollouts, project.firstSpanAt !== null),
      columns: columns.map(([name, stage], step) =>
        toColumn(
          name,
          step,
          all.filter((each) => each.stage === stage),
        ),
      ),
      regressed: all.filter((failure) => failure.stage === "regressed"),
      health: { ...traffic, thumbsUp24h: thumbs.up, thumbsDown24h: thumbs.down },
      gates,
      rollouts,
    };
  };
}

function toColumn(name: (typeof columns)[number][0], step: number, failures: Failure[]): Home["columns"][number] {
  const since = failures.map((failure) => failure.loop.steps[step]?.at ?? failure.firstSeen).sort();
  const [first] = failures;
  const action = first?.loop.next?.label;
  return {
    name,
    count: failures.length,
    oldest: since[0] ?? null,
    failures: failures.slice(0, maxCards),
    next: action ? `${first.id}: ${action}` : "",
  };
}

/** What waits for a person, the most urgent first. */
function summarise(failures: readonly Failure[], rollouts: readonly Rollout[], hasTraces: boolean): string {
  if (!hasTraces) return "No trace has arrived yet.";
  const atStage = (stage: FailureStage) => failures.filter((failure) => failure.stage === stage).length;
  const gateNote = (note: string) =>
    failures.filter(({ stage, loop }) => stage === "fix proposed" && loop.steps[3]?.note.endsWith(note)).length;
  const parts = [
    count(atStage("regressed"), "failure came back", "failures came back"),
    count(atStage("open"), "failure needs capture", "failures need capture"),
    count(atStage("captured"), "failure needs a fix", "failures need a fix"),
    count(gateNote("worse"), "fix made things worse", "fixes made things worse"),
    count(gateNote("undecided"), "gate undecided", "gates undecided"),
    count(atStage("gated"), "fix may ship", "fixes may ship"),
    ...rollouts.map(describeRollout),
  ].filter((part) => part !== null);
  return parts.length === 0 ? "Nothing waits for you." : `${parts.join(" · ")}.`;
}

function describeRollout({ state, percent, evidence, threshold }: Rollout): string | null {
  if (state === "paused") return `rollout paused at ${percent} %`;
  if (state !== "running") return null;
  const harm =
    evidence <= 1 ? "no sign of harm" : `evidence of harm ${evidence.toFixed(1)}, aborts at ${threshold.toFixed(0)}`;
  return `canary at ${percent} %, ${harm}`;
}

function count(n: number, one: string, many: string): string | null {
  return n === 0 ? null : `${n} ${n === 1 ? one : many}`;
}

/** What moves a rollout from state to state and from stage to stage: each time once, with its decision. */
import type { Release } from "@ratchet/protocol";
import type { ProjectScope } from "../router.ts";
import { decideNextStep, type NextStep } from "./decide-next-step.ts";
import { toSituation } from "./situation.ts";
import { describeStage } from "./stage.ts";
import {
  type Decision,
  forgetWaits,
  lockRollout,
  type RolloutRow,
  type RolloutStore,
  saveDecision,
  saveRollout,
} from "./store.ts";

/** Who acts where nobody does. */
export const automatic = "ratchet";

export interface TransitionDependencies {
  findRelease: (project: ProjectScope, id: string) => Promise<Release>;
  /** Cases that this experiment passed may never fail again. Doing it again changes nothing. */
  lockPassingCases: (project: ProjectScope, experiment: string) => Promise<void>;
}

type Reasoned = Pick<Decision, "actor" | "reason">;

/** @param announce Tells that the rollout changed, and the release with it. */
export function createTransitions(
  store: RolloutStore,
  announce: (project: ProjectScope, row: RolloutRow) => void,
  now: () => Date,
  others: TransitionDependencies,
) {
  /**
   * Undefined when the rollout is no longer in a state, or at a stage, that the decision is about: somebody was quicker.
   */
  const decide = async (
    project: ProjectScope,
    id: string,
    about: { states: RolloutRow["state"][]; stage?: number },
    decision: Reasoned & Pick<Decision, "action">,
    change: (row: RolloutRow) => Partial<RolloutRow>,
  ): Promise<RolloutRow | undefined> => {
    const saved = await store.transaction(async (tx) => {
      const current = await lockRollout(tx, project.id, id);
      if (!current || !about.states.includes(current.state)) return undefined;
      if (about.stage !== undefined && about.stage !== current.stage) return undefined;
      const row = { ...current, ...change(current) };
      await saveRollout(tx, project.id, row);
      if (decision.action === "resume") await forgetWaits(tx, project.id, id);
      await saveDecision(tx, project.id, id, { ...decision, at: now().toISOString(), ...describeStage(row) });
      return row;
    });
    if (saved) announce(project, saved);
    return saved;
  };

  /** Locks what the completed rollout's release has passed. Until it is done, the clock tries again. */
  const lockCases = async (project: ProjectScope, row: RolloutRow): Promise<void> => {
    const { experiment } = await others.findRelease(project, row.release);
    if (experiment !== null) await others.lockPassingCases(project, experiment);
    await store.saveLocked(project.id, row.id);
  };

  const advance = async (project: ProjectScope, row: RolloutRow, reasoned: Reasoned) => {
    const isLast = row.stage === row.stages.length - 1;
    const at = now().toISOString();
    const saved = await decide(
      project,
      row.id,
      { states: ["running"], stage: row.stage },
      { ...reasoned, action: isLast ? "complete" : "advance" },
      ({ stage }) => (isLast ? { state: "completed", endedAt: at } : { stage: stage + 1, stageStartedAt: at }),
    );
    if (saved?.state === "completed") await lockCases(project, saved);
    return saved;
  };

  const considerNextStep = async (project: ProjectScope, row: RolloutRow): Promise<NextStep> =>
    decideNextStep(toSituation(row, await store.listArms(project.id, [row.id]), now()));

  return {
    lockCases,

    /** Takes what an automatic actor may do now. */
    async proceed(project: ProjectScope, row: RolloutRow): Promise<void> {
      if (row.state !== "running") return;
      const { action, reason } = await considerNextStep(project, row);
      const reasoned = { actor: automatic, reason };
      if (action === "pause") {
        const about = { states: ["running" as const], stage: row.stage };
        await decide(project, row.id, about, { ...reasoned, action }, () => ({ state: "paused" }));
      } else if (action === "advance" || action === "complete") await advance(project, row, reasoned);
    },

    /** What a person does. Who advances before everything is there is asked no questions, but the record says so. */
    async act(
      project: ProjectScope,
      row: RolloutRow,
      action: "pause" | "resume" | "advance" | "abort",
      { actor, reason }: Reasoned,
    ): Promise<RolloutRow | undefined> {
      if (action === "advance") {
        const { waitingFor } = await considerNextStep(project, row);
        const early = waitingFor.length === 0 ? "" : ` (before it was due: ${waitingFor.join(" ")})`;
        return advance(project, row, { actor, reason: `${reason}${early}` });
      }
      return decide(project, row.id, { states: statesFor(action) }, { actor, reason, action }, () =>
        action === "abort"
          ? { state: "aborted", endedAt: now().toISOString() }
          : { state: action === "pause" ? "paused" : "running" },
      );
    },
  };
}

export type Transitions = ReturnType<typeof createTransitions>;

/** Those in which a person may do it. */
export function statesFor(action: "pause" | "resume" | "advance" | "abort"): RolloutRow["state"][] {
  if (action === "resume") return ["paused"];
  return action === "abort" ? ["running", "paused"] : ["running"];
}

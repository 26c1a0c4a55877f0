/** Rollouts: a release goes to traffic in stages, watched after every failure, and never promoted by silence. */

import type {
  Release,
  Rollout,
  RolloutAction,
  RolloutCreate,
  RolloutDetail,
  SdkConfig,
  ServerEvent,
} from "@ratchet/protocol";
import { bucketCount } from "@ratchet/protocol/assignment";
import { failureShareProcess, proportionInterval } from "@ratchet/stats";
import type { z } from "zod";
import { ProblemError } from "../problem.ts";
import type { ProjectScope } from "../router.ts";
import { decideNextStep, type NextStep } from "./decide-next-step.ts";
import {
  type Arm,
  type Decision,
  type FailureRow,
  lockRollout,
  type RolloutRow,
  type RolloutStore,
  saveDecision,
  saveEvidence,
  saveFirstFailure,
  saveRollout,
  type UnitRow,
} from "./store.ts";

/** A root span that carried an exposure. */
export interface ExposedTrace {
  startTime: string;
  exposure: { rollout: string; arm: Arm; unit: string; plannedShare: number };
}
/** A signal of severity 2 or more on such a trace. */
export interface ExposedFailure extends ExposedTrace {
  traceId: string;
  detector: string;
  reason: string;
  simulated: boolean;
}
export interface RolloutFix {
  rollout: string;
  state: Rollout["state"];
  percent: number;
  reason: string;
  startedAt: string;
  endedAt: string | null;
}
/** The part of other features that rollouts ask. */
export interface RolloutDependencies {
  findRelease: (project: ProjectScope, id: string) => Promise<Release>;
  findOptionalLive: (project: ProjectScope) => Promise<Release | undefined>;
  findContents: (project: ProjectScope, prompts: Record<string, string>) => Promise<SdkConfig["contents"]>;
  /** Cases that this experiment passed may never fail again. */
  lockPassingCases: (project: ProjectScope, experiment: string) => Promise<void>;
}

const automatic = "ratchet";

export function createRollouts(
  store: RolloutStore,
  publish: (event: ServerEvent) => void,
  now: () => Date,
  others: RolloutDependencies,
) {
  const findRow = async (project: ProjectScope, id: string): Promise<RolloutRow> => {
    const row = await store.findOptional(project.id, id);
    if (!row) throw new ProblemError("not-found", `There is no rollout ${id}. GET /api/rollouts lists them.`);
    return row;
  };
  const announce = (project: ProjectScope, id: string) => publish({ type: "rollout", project: project.slug, id });

  /** One transition with its decision, exactly once: undefined when the rollout is no longer in one of the `from` states. */
  const decide = async (
    project: ProjectScope,
    id: string,
    from: RolloutRow["state"][],
    change: (row: RolloutRow) => { row: RolloutRow; decision: Omit<Decision, "at" | "stage" | "percent"> },
  ): Promise<RolloutRow | undefined> => {
    const saved = await store.transaction(async (tx) => {
      const current = await lockRollout(tx, project.id, id);
      if (!current || !from.includes(current.state)) return undefined;
      const { row, decision } = change(current);
      await saveRollout(tx, project.id, row);
      await saveDecision(tx, project.id, id, { ...decision, at: now().toISOString(), ...describeStage(row) });
      return row;
    });
    if (saved) announce(project, id);
    return saved;
  };

  const advance = async (project: ProjectScope, row: RolloutRow, actor: string, reason: string) => {
    const isLast = row.stage === row.stages.length - 1;
    const at = now().toISOString();
    const saved = await decide(project, row.id, ["running"], (current) => {
      // Someone else was quicker: the stage that this decision was about has passed.
      if (current.stage !== row.stage) return { row: current, decision: { actor, action: "advance", reason } };
      return isLast
        ? { row: { ...current, state: "completed", endedAt: at }, decision: { actor, action: "complete", reason } }
        : {
            row: { ...current, stage: current.stage + 1, stageStartedAt: at },
            decision: { actor, action: "advance", reason },
          };
    });
    if (saved?.state !== "completed") return;
    const release = await others.findRelease(project, row.release);
    if (release.experiment !== null) await others.lockPassingCases(project, release.experiment);
    publish({ type: "release", project: project.slug, id: row.release });
  };

  const stop = (row: RolloutRow): RolloutRow => ({ ...row, state: "aborted", endedAt: now().toISOString() });

  /** Counts the unit's first failure and, when the evidence suffices, aborts in the same transaction. */
  const observeFailure = async (project: ProjectScope, failure: ExposedFailure): Promise<void> => {
    const { rollout: id, arm, unit, plannedShare } = failure.exposure;
    const outcome = await store.transaction(async (tx) => {
      const row = await lockRollout(tx, project.id, id);
      if (!row || isEnded(row)) return "ignored";
      const { traceId, detector, reason, simulated } = failure;
      const at = now().toISOString();
      const isFirst = await saveFirstFailure(tx, project.id, id, {
        unit,
        arm,
        plannedShare,
        traceId,
        detector,
        reason,
        simulated,
        at,
      });
      if (!isFirst) return "ignored";
      const process = failureShareProcess.fromJSON(row.process);
      process.observe(arm === "candidate", plannedShare);
      await saveEvidence(tx, project.id, id, unit, process.evidence);
      const isHarmful = process.evidence >= 1 / row.alpha;
      const observed = { ...row, process: process.toJSON() };
      await saveRollout(tx, project.id, isHarmful ? stop(observed) : observed);
      if (!isHarmful) return "observed";
      await saveDecision(tx, project.id, id, {
        at,
        actor: automatic,
        action: "abort",
        reason: `The candidate fails more often: evidence ${process.evidence.toFixed(1)} reached ${(1 / row.alpha).toFixed(0)}, where a harmless release would be stopped in at most ${row.alpha * 100} % of rollouts. The last failure${simulated ? ", a simulated one" : ""}: ${reason}`,
        ...describeStage(row),
      });
      return "aborted";
    });
    if (outcome === "ignored") return;
    announce(project, id);
    if (outcome === "aborted") publish({ type: "release", project: project.slug, id });
  };

  /** Takes what an automatic actor may do now; called after each batch of exposures and by the clock. */
  const proceed = async (project: ProjectScope, row: RolloutRow): Promise<void> => {
    if (row.state !== "running") return;
    const { action, reason } = await considerNextStep(store, project, row, now());
    if (action === "pause") {
      await decide(project, row.id, ["running"], (current) => ({
        row: { ...current, state: "paused" },
        decision: { actor: automatic, action: "pause", reason },
      }));
    } else if (action === "advance" || action === "complete") await advance(project, row, automatic, reason);
  };

  const service = {
    async list(project: ProjectScope): Promise<Rollout[]> {
      const [rows, units, traces, failures, decisions] = await Promise.all([
        store.list(project.id),
        store.countUnits(project.id),
        store.countTraces(project.id),
        store.listFailures(project.id),
        store.listDecisions(project.id),
      ]);
      const views = rows.map(async (row) => {
        const isOf = (entry: { rollout: string }) => entry.rollout === row.id;
        const next = isEnded(row) ? undefined : await considerNextStep(store, project, row, now());
        return toRollout(row, {
          units: units.filter(isOf),
          traces: traces.filter(isOf),
          failures: failures.filter(isOf),
          decisions: decisions.filter(isOf),
          next,
        });
      });
      return Promise.all(views);
    },

    /** @throws ProblemError `not-found` */
    async find(project: ProjectScope, id: string): Promise<RolloutDetail> {
      await findRow(project, id);
      const rollout = (await service.list(project)).find((candidate) => candidate.id === id) as Rollout;
      const failures = await store.listFailures(project.id, id);
      const decisions = await store.listDecisions(project.id, id);
      let candidateFailures = 0;
      return {
        ...rollout,
        history: failures.map((failure) => {
          if (failure.arm === "candidate") candidateFailures++;
          const { at, evidence, number, plannedShare } = failure;
          return { at, evidence, failures: number, candidateFailures, plannedShare };
        }),
        decisions: decisions.map(toDecision),
        drivers: failures
          .map(({ traceId, arm, detector, reason, simulated, at }) => ({
            traceId,
            arm,
            detector,
            reason,
            simulated,
            at,
          }))
          .reverse(),
      };
    },

    /** @throws ProblemError `conflict` when nothing is live, another rollout is active, or the release went out before. */
    async start(project: ProjectScope, request: z.output<typeof RolloutCreate>, actor: string): Promise<RolloutDetail> {
      const release = await others.findRelease(project, request.release);
      const live = await others.findOptionalLive(project);
      if (!live)
        throw new ProblemError("conflict", "Nothing is live to compare with: the first release goes live at once.");
      if (release.state !== "ready") {
        throw new ProblemError(
          "conflict",
          `Release ${release.id} is ${release.state}. Make a new release to take it out again.`,
        );
      }
      const percents = request.stages.map((stage) => stage.percent);
      if (percents.some((percent, index) => index > 0 && percent <= (percents[index - 1] as number))) {
        throw new ProblemError(
          "invalid-request",
          "stages: each stage needs a larger percent than the one before, so that no unit ever goes back.",
        );
      }
      const { alpha, margin, autoPromote, nonInferiorityMargin, stages } = request;
      const id = await store.insert(project.id, {
        release: release.id,
        control: live.id,
        stages,
        alpha,
        settings: { margin, autoPromote, nonInferiorityMargin, fixes: release.fixes },
        process: failureShareProcess({ margin }).toJSON(),
        startedAt: now().toISOString(),
      });
      if (id === undefined)
        throw new ProblemError("conflict", "Another rollout is active. Let it end, or abort it, first.");
      const [stage] = stages;
      await store.transaction((tx) =>
        saveDecision(tx, project.id, id, {
          at: now().toISOString(),
          actor,
          action: "start",
          stage: 0,
          percent: stage?.percent ?? 0,
          reason: `${release.id} goes to ${stage?.percent} % of units against ${live.id}${release.forcedBecause ? `, forced: ${release.forcedBecause}` : ""}.`,
        }),
      );
      announce(project, id);
      return service.find(project, id);
    },

    /** What a person does. @throws ProblemError `conflict` when the rollout's state does not allow it. */
    async act(
      project: ProjectScope,
      id: string,
      action: "pause" | "resume" | "advance" | "abort",
      { actor, reason }: z.output<typeof RolloutAction>,
    ): Promise<RolloutDetail> {
      const row = await findRow(project, id);
      const from: RolloutRow["state"][] =
        action === "resume" ? ["paused"] : action === "abort" ? ["running", "paused"] : ["running"];
      if (!from.includes(row.state)) {
        throw new ProblemError("conflict", `Rollout ${id} is ${row.state}, so it cannot ${action}.`);
      }
      if (action === "advance") await advance(project, row, actor, reason);
      else {
        await decide(project, id, from, (current) => ({
          row: action === "abort" ? stop(current) : { ...current, state: action === "pause" ? "paused" : "running" },
          decision: { actor, action, reason },
        }));
      }
      return service.find(project, id);
    },

    /** Counts units of traces that have completed, then takes the step that they allow. */
    async recordExposures(project: ProjectScope, traces: readonly ExposedTrace[]): Promise<void> {
      for (const [id, exposed] of Map.groupBy(traces, (trace) => trace.exposure.rollout)) {
        const row = await store.findOptional(project.id, id);
        if (!row || isEnded(row)) continue;
        const units = exposed.map(({ startTime, exposure: { unit, arm, plannedShare } }) => ({
          unit,
          arm,
          plannedShare,
          firstSeen: startTime,
        }));
        if (!(await store.saveUnits(project.id, id, units))) continue;
        announce(project, id);
        await proceed(project, row);
      }
    },

    /** In the order in which they became known. */
    async recordFailures(project: ProjectScope, failures: readonly ExposedFailure[]): Promise<void> {
      for (const failure of failures) await observeFailure(project, failure);
    },

    /** For the clock: minimum durations pass without any traffic. */
    async proceedAll(): Promise<void> {
      for (const row of await store.listActive()) await proceed({ id: row.projectId, slug: row.slug }, row);
    },

    /** What every SDK needs to choose arms and prompts locally. */
    async findSdkConfig(project: ProjectScope): Promise<SdkConfig> {
      const live = await others.findOptionalLive(project);
      const active = (await store.list(project.id)).find((row) => !isEnded(row));
      const candidate = active && (await others.findRelease(project, active.release));
      const contents = await others.findContents(project, live?.prompts ?? {});
      const candidateContents = candidate ? await others.findContents(project, candidate.prompts) : {};
      return {
        release: live ? { id: live.id, prompts: live.prompts } : null,
        rollout:
          active && candidate
            ? {
                id: active.id,
                salt: active.id,
                weight: Math.round((describeStage(active).percent / 100) * bucketCount),
                candidate: { id: candidate.id, prompts: candidate.prompts },
              }
            : null,
        contents: { ...contents, ...candidateContents },
      };
    },

    /** The newest rollout that carries each failure's fix. */
    async findFixes(project: ProjectScope, failures: readonly string[]): Promise<Map<string, RolloutFix>> {
      const decisions = await store.listDecisions(project.id);
      const fixes = new Map<string, RolloutFix>();
      for (const row of (await store.list(project.id)).reverse()) {
        const reason = decisions.findLast((decision) => decision.rollout === row.id)?.reason ?? "";
        const { id: rollout, state, startedAt, endedAt } = row;
        const fix = { rollout, state, percent: describeStage(row).percent, reason, startedAt, endedAt };
        for (const failure of row.settings.fixes) if (failures.includes(failure)) fixes.set(failure, fix);
      }
      return fixes;
    },
  };
  return service;
}

export type Rollouts = ReturnType<typeof createRollouts>;

async function considerNextStep(
  store: RolloutStore,
  project: ProjectScope,
  row: RolloutRow,
  at: Date,
): Promise<NextStep> {
  const units = await store.listUnits(project.id, row.id);
  const failures = await store.listFailures(project.id, row.id);
  const stage = row.stages[row.stage];
  const { percent } = describeStage(row);
  const inStage = units.filter((unit) => unit.plannedShare === percent / 100);
  return decideNextStep({
    stageIndex: row.stage,
    stageCount: row.stages.length,
    percent,
    minUnitsPerArm: stage?.minUnitsPerArm ?? 0,
    minDurationMs: stage?.minDurationMs ?? 0,
    stageAgeMs: at.getTime() - Date.parse(row.stageStartedAt),
    autoPromote: row.settings.autoPromote,
    nonInferiorityMargin: row.settings.nonInferiorityMargin,
    inStage: { control: countArm(inStage, "control"), candidate: countArm(inStage, "candidate") },
    silence: { control: countSince(inStage, "control"), candidate: countSince(inStage, "candidate") },
    arms: {
      control: { units: countArm(units, "control"), failedUnits: countArm(failures, "control") },
      candidate: { units: countArm(units, "candidate"), failedUnits: countArm(failures, "candidate") },
    },
  });
}

function countArm(entries: readonly { unit: string; arm: Arm }[], arm: Arm): number {
  return new Set(entries.filter((entry) => entry.arm === arm).map((entry) => entry.unit)).size;
}

/** Units at the end of the list that are not of this arm. */
function countSince(units: readonly UnitRow[], arm: Arm): number {
  return units.length - 1 - units.findLastIndex((unit) => unit.arm === arm);
}

function isEnded(row: RolloutRow): boolean {
  return row.state === "completed" || row.state === "aborted";
}

function describeStage(row: RolloutRow): { stage: number; percent: number } {
  return { stage: row.stage, percent: row.stages[row.stage]?.percent ?? 0 };
}

function toDecision({ at, actor, action, stage, percent, reason }: Decision): Decision {
  return { at, actor, action, stage, percent, reason };
}

interface Facts {
  units: { arm: Arm; units: number }[];
  traces: { arm: Arm; traces: number }[];
  failures: FailureRow[];
  decisions: Decision[];
  next: NextStep | undefined;
}

function toRollout(row: RolloutRow, facts: Facts): Rollout {
  const { id, release, control, state, stages, stage, alpha, startedAt, endedAt, settings } = row;
  const last = facts.decisions.at(-1);
  const countOf = (arm: Arm) => {
    const units = facts.units.find((entry) => entry.arm === arm)?.units ?? 0;
    const failedUnits = facts.failures.filter((failure) => failure.arm === arm).length;
    return {
      units,
      traces: facts.traces.find((entry) => entry.arm === arm)?.traces ?? 0,
      failedUnits,
      // A failure may be known before its unit's exposure is counted.
      failureRate: units === 0 ? null : proportionInterval(Math.min(failedUnits, units), units, { alpha: 0.05 }),
    };
  };
  return {
    id,
    release,
    control,
    salt: id,
    state,
    stages,
    stage,
    percent: describeStage(row).percent,
    alpha,
    evidence: failureShareProcess.fromJSON(row.process).evidence,
    threshold: 1 / alpha,
    arms: { control: countOf("control"), candidate: countOf("candidate") },
    sampleRatioP: facts.next?.sampleRatioP ?? null,
    waitingFor: facts.next?.waitingFor ?? [],
    autoPromote: settings.autoPromote,
    startedAt,
    endedAt,
    fixes: settings.fixes,
    lastDecision: last ? toDecision(last) : null,
  };
}

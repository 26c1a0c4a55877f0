/** Rollouts: a release goes to traffic in stages, watched after every failure, and never promoted by silence. */
import { randomUUID } from "node:crypto";
import type {
  Release,
  Rollout,
  RolloutAction,
  RolloutCreate,
  RolloutDetail,
  SdkConfig,
  ServerEvent,
} from "@ratchet/protocol";
import { failureShareProcess } from "@ratchet/stats";
import type { z } from "zod";
import { createAnnouncer } from "../announce.ts";
import { ProblemError } from "../problem.ts";
import type { ProjectScope } from "../router.ts";
import { toRollout, toRolloutDetail } from "./describe-rollout.ts";
import { createTrafficRecorder } from "./record-traffic.ts";
import { describeStage, isEnded, weightOf } from "./stage.ts";
import type { RolloutRow, RolloutStore } from "./store.ts";
import { createTransitions, statesFor, type TransitionDependencies } from "./transitions.ts";

/** Exposures carry their clients' clocks. */
const clockSkewMs = 3600 * 1000;

export interface RolloutFix {
  rollout: string;
  state: Rollout["state"];
  percent: number;
  reason: string;
  startedAt: string;
  endedAt: string | null;
}
/** The part of other features that rollouts ask. */
export interface RolloutDependencies extends TransitionDependencies {
  findOptionalLive: (project: ProjectScope) => Promise<Release | undefined>;
  findContents: (project: ProjectScope, prompts: Record<string, string>) => Promise<SdkConfig["contents"]>;
}

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

  const announce = (project: ProjectScope, row: RolloutRow) => {
    publish({ type: "rollout", project: project.slug, id: row.id });
    if (isEnded(row)) publish({ type: "release", project: project.slug, id: row.release });
  };
  const transitions = createTransitions(store, announce, now, others);
  const traffic = createTrafficRecorder(store, createAnnouncer(publish), announce, now, transitions.proceed);

  const describe = async (project: ProjectScope, rows: readonly RolloutRow[]): Promise<Rollout[]> => {
    if (rows.length === 0) return [];
    const ids = rows.map((row) => row.id);
    const since = new Date(Math.min(...rows.map((row) => Date.parse(row.startedAt))) - clockSkewMs).toISOString();
    const [arms, traces, lastDecisions] = await Promise.all([
      store.listArms(project.id, ids),
      store.countTraces(project.id, ids, since),
      store.listLastDecisions(project.id, ids),
    ]);
    const at = now();
    return rows.map((row) => {
      const isOf = (entry: { rollout: string }) => entry.rollout === row.id;
      const facts = { arms: arms.filter(isOf), traces: traces.filter(isOf), lastDecision: lastDecisions.find(isOf) };
      return toRollout(row, facts, at);
    });
  };

  const service = {
    ...traffic,

    /** Newest first; the newest `limit` when it is given. */
    list: async (project: ProjectScope, limit: number | null = null): Promise<Rollout[]> =>
      describe(project, await store.list(project.id, limit)),

    /** @throws ProblemError `not-found` */
    async find(project: ProjectScope, id: string): Promise<RolloutDetail> {
      const [rollout] = (await describe(project, [await findRow(project, id)])) as [Rollout];
      const [failures, decisions] = await Promise.all([
        store.listFailures(project.id, id),
        store.listDecisions(project.id, id),
      ]);
      return toRolloutDetail(rollout, failures, decisions);
    },

    /**
     * @throws ProblemError `conflict` when nothing is live, another rollout is active, or the release went out before;
     * `invalid-request` for stages that do not rise.
     */
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
      checkStages(request.stages);
      const { alpha, margin, autoPromote, nonInferiorityMargin, stages } = request;
      const startedAt = now().toISOString();
      const percent = stages[0]?.percent ?? 0;
      const forced = release.forcedBecause ? `, forced: ${release.forcedBecause}` : "";
      const id = await store.insert(
        project.id,
        {
          release: release.id,
          control: live.id,
          stages,
          alpha,
          settings: { margin, autoPromote, nonInferiorityMargin, fixes: release.fixes },
          process: failureShareProcess({ margin }).toJSON(),
          startedAt,
        },
        {
          at: startedAt,
          actor,
          action: "start",
          stage: 0,
          percent,
          reason: `${release.id} goes to ${percent} % of units against ${live.id}${forced}.`,
        },
      );
      if (id === undefined)
        throw new ProblemError("conflict", "Another rollout is active. Let it end, or abort it, first.");
      publish({ type: "rollout", project: project.slug, id });
      return service.find(project, id);
    },

    /** Why these traces failed goes; that they failed stays, as evidence rests on it. */
    async eraseReasons(project: ProjectScope, traceIds: readonly string[]): Promise<void> {
      await store.eraseReasons(project.id, traceIds, "Erased with its trace");
    },

    /** A unit that was a person is from now on a number that says nothing of them, the same in every rollout. */
    forgetUnit: (project: ProjectScope, unit: string) => store.renameUnit(project.id, unit, `erased-${randomUUID()}`),

    /** What a person does. @throws ProblemError `conflict` when the rollout's state does not allow it. */
    async act(
      project: ProjectScope,
      id: string,
      action: "pause" | "resume" | "advance" | "abort",
      reasoned: z.output<typeof RolloutAction>,
    ): Promise<RolloutDetail> {
      const row = await findRow(project, id);
      if (!statesFor(action).includes(row.state)) {
        throw new ProblemError("conflict", `Rollout ${id} is ${row.state}, so it cannot ${action}.`);
      }
      if (!(await transitions.act(project, row, action, reasoned))) {
        throw new ProblemError(
          "conflict",
          `Rollout ${id} changed meanwhile. Look at it again before you ${action} it.`,
        );
      }
      return service.find(project, id);
    },

    /** For the clock: minimum durations pass without any traffic, and what a killed process left undone is done. */
    async proceedAll(): Promise<void> {
      const errors: unknown[] = [];
      const attempt = (work: Promise<void>) => work.catch((error) => void errors.push(error));
      for (const { project, ...row } of await store.listRunning()) await attempt(transitions.proceed(project, row));
      for (const { project, ...row } of await store.listUnlocked()) await attempt(transitions.lockCases(project, row));
      if (errors.length > 0) throw new AggregateError(errors, `${errors.length} rollouts could not proceed`);
    },

    /** What every SDK needs to choose arms and prompts locally. */
    async findSdkConfig(project: ProjectScope): Promise<SdkConfig> {
      const live = await others.findOptionalLive(project);
      const active = await store.findOptionalActive(project.id);
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
                weight: weightOf(describeStage(active).percent),
                candidate: { id: candidate.id, prompts: candidate.prompts },
              }
            : null,
        contents: { ...contents, ...candidateContents },
      };
    },

    /** The newest rollout that carries each failure's fix. */
    async findFixes(project: ProjectScope, failures: readonly string[]): Promise<Map<string, RolloutFix>> {
      const rows = (await store.list(project.id, null)).filter((row) =>
        row.settings.fixes.some((failure) => failures.includes(failure)),
      );
      const ids = rows.map((row) => row.id);
      const decisions = ids.length === 0 ? [] : await store.listLastDecisions(project.id, ids);
      const fixes = new Map<string, RolloutFix>();
      for (const row of rows.reverse()) {
        const reason = decisions.find((decision) => decision.rollout === row.id)?.reason ?? "";
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

/** Each stage adds units to the candidate: so no unit ever goes back, and none stays without any. */
function checkStages(stages: z.output<typeof RolloutCreate>["stages"]): void {
  for (const [index, { percent }] of stages.entries()) {
    const before = index === 0 ? 0 : weightOf(stages[index - 1]?.percent ?? 0);
    if (weightOf(percent) > before) continue;
    throw new ProblemError(
      "invalid-request",
      `stages.${index}.percent: each stage needs at least 0.001 % more than the one before, so that no unit ever goes back.`,
    );
  }
}

/** SQL of rollouts: their units, first failures and decisions, and how many traces each arm served. */
import type { RolloutDecision, RolloutStage } from "@ratchet/protocol";
import type { FailureShareState } from "@ratchet/stats";
import type { z } from "zod";
import type { ClickHouse } from "../engines/clickhouse.ts";
import { nextNumber, type Postgres, type Queryable, sql } from "../engines/postgres.ts";
import type { ProjectScope } from "../router.ts";
import type { ArmIncrease, NewUnit } from "./count-units.ts";

export type Arm = "control" | "candidate";

export interface RolloutSettings {
  autoPromote: boolean;
  /** Tolerated relative rise of the failure rate in the e-process. */
  margin: number;
  nonInferiorityMargin: number;
  fixes: string[];
}
export interface RolloutRow {
  id: string;
  release: string;
  control: string;
  state: "running" | "paused" | "completed" | "aborted";
  stages: RolloutStage[];
  stage: number;
  stageStartedAt: string;
  alpha: number;
  settings: RolloutSettings;
  process: FailureShareState;
  startedAt: string;
  endedAt: string | null;
}
export interface FailureRow {
  unit: string;
  number: number;
  arm: Arm;
  plannedShare: number;
  traceId: string;
  detector: string;
  reason: string;
  /** It comes from simulated people. */
  simulated: boolean;
  at: string;
  evidence: number;
}
export interface UnitRow {
  unit: string;
  arm: Arm;
  plannedShare: number;
  firstSeen: string;
}
/** What an arm has at one planned share. */
export interface ArmRow {
  rollout: string;
  arm: Arm;
  plannedShare: number;
  units: number;
  /** Of these, those that the arm had not seen at another share: over all shares they add up to the arm's units. */
  newUnits: number;
  /** Units of the other arm since this arm's last one. */
  waited: number;
  /** Units whose first failure was at an exposure of this share. */
  failedUnits: number;
}
export type Decision = z.output<typeof RolloutDecision>;

const columns = sql.raw(
  `id, release, control, state, stages, stage, iso(stage_started_at) as "stageStartedAt", alpha, settings, process,
   iso(started_at) as "startedAt", iso(ended_at) as "endedAt"`,
);
const decisionColumns = sql.raw("iso(at) as at, actor, action, stage, percent, reason");
const failureColumns = sql.raw(
  `unit, number, arm, planned_share as "plannedShare", trace_id as "traceId", detector, reason, simulated, iso(at) as at, evidence`,
);

export function createRolloutStore(postgres: Postgres, clickhouse: ClickHouse) {
  return {
    transaction: postgres.transaction,

    /** Newest first; `limit: null` reads all. */
    list: (projectId: number, limit: number | null) =>
      postgres.query<RolloutRow>(
        sql`select ${columns} from rollout where project_id = ${projectId} order by number desc limit ${limit}`,
      ),

    findOptional: async (projectId: number, id: string) => {
      const rows = await postgres.query<RolloutRow>(
        sql`select ${columns} from rollout where project_id = ${projectId} and id = ${id}`,
      );
      return rows[0];
    },

    /** A project has one at most. */
    findOptionalActive: async (projectId: number) => {
      const rows = await postgres.query<RolloutRow>(
        sql`select ${columns} from rollout where project_id = ${projectId} and state in ('running', 'paused')`,
      );
      return rows[0];
    },

    /** Of all projects. */
    listRunning: () => listOfAllProjects(sql`state = 'running'`),

    /** Of all projects: completed ones whose release's cases are not locked yet. */
    listUnlocked: () => listOfAllProjects(sql`state = 'completed' and not is_locked`),

    saveLocked: (projectId: number, id: string) =>
      postgres.query(sql`update rollout set is_locked = true where project_id = ${projectId} and id = ${id}`),

    /** Starts it with its first decision; gives the id, or undefined when the project has an active rollout already. */
    insert: (
      projectId: number,
      rollout: Omit<RolloutRow, "id" | "state" | "stage" | "endedAt" | "stageStartedAt">,
      decision: Decision,
    ) =>
      postgres.transaction(async (tx) => {
        // One at a time within the project, so that two starts at once cannot both find nothing active.
        await tx.query(sql`select 1 from project where id = ${projectId} for no key update`);
        const active = await tx.query(
          sql`select id from rollout where project_id = ${projectId} and state in ('running', 'paused')`,
        );
        if (active.length > 0) return undefined;
        const id = await nextNumber(tx, projectId, "RO");
        await tx.query(sql`
          insert into rollout (project_id, id, number, release, control, state, stages, stage, stage_started_at, alpha, settings, process, started_at)
          values (${projectId}, ${id}, ${Number(id.slice(3))}, ${rollout.release}, ${rollout.control}, 'running',
            ${JSON.stringify(rollout.stages)}::jsonb, 0, ${rollout.startedAt}::timestamptz, ${rollout.alpha},
            ${JSON.stringify(rollout.settings)}::jsonb, ${JSON.stringify(rollout.process)}::jsonb, ${rollout.startedAt}::timestamptz)`);
        await saveDecision(tx, projectId, id, decision);
        return id;
      }),

    /** Shares ascending. */
    listArms: (projectId: number, rollouts: readonly string[]) =>
      postgres.query<ArmRow>(sql`
        select rollout, arm, planned_share as "plannedShare", units, new_units as "newUnits", waited, failed_units as "failedUnits"
        from rollout_arm
        where project_id = ${projectId} and rollout in (select jsonb_array_elements_text(${JSON.stringify(rollouts)}::jsonb))
        order by planned_share`),

    /** In the order in which they were observed. */
    listFailures: (projectId: number, rollout: string) =>
      postgres.query<FailureRow>(sql`
        select ${failureColumns} from rollout_failure
        where project_id = ${projectId} and rollout = ${rollout} order by number`),

    /** Reasons may quote what people said. */
    eraseReasons: (projectId: number, traceIds: readonly string[], reason: string) =>
      postgres.query(sql`
        update rollout_failure set reason = ${reason}
        where project_id = ${projectId} and trace_id in (select jsonb_array_elements_text(${JSON.stringify(traceIds)}::jsonb))`),

    /** In every rollout: counts and evidence stay as they are. */
    renameUnit: (projectId: number, unit: string, to: string) =>
      postgres.transaction(async (tx) => {
        await tx.query(sql`update rollout_unit set unit = ${to} where project_id = ${projectId} and unit = ${unit}`);
        await tx.query(sql`update rollout_failure set unit = ${to} where project_id = ${projectId} and unit = ${unit}`);
      }),

    /** Oldest first. */
    listDecisions: (projectId: number, rollout: string) =>
      postgres.query<Decision>(sql`
        select ${decisionColumns} from rollout_decision
        where project_id = ${projectId} and rollout = ${rollout} order by number`),

    /** The newest of each rollout. */
    listLastDecisions: (projectId: number, rollouts: readonly string[]) =>
      postgres.query<Decision & { rollout: string }>(sql`
        select distinct on (rollout) rollout, ${decisionColumns} from rollout_decision
        where project_id = ${projectId} and rollout in (select jsonb_array_elements_text(${JSON.stringify(rollouts)}::jsonb))
        order by rollout, number desc`),

    /** Root spans by rollout and arm, repeated copies counted once; of spans that started at `since` or later. */
    countTraces: (projectId: number, rollouts: readonly string[], since: string) =>
      clickhouse.query<{ rollout: string; arm: Arm; traces: number }>(
        `SELECT rollout, arm, toUInt32(uniqExact(trace_id)) AS traces FROM spans
         WHERE project_id = {project:UInt32} AND start_time >= parseDateTime64BestEffort({since:String}, 6, 'UTC')
           AND rollout IN {rollouts:Array(String)} AND is_root
         GROUP BY rollout, arm`,
        { project: projectId, rollouts, since },
      ),
  };

  function listOfAllProjects(condition: ReturnType<typeof sql>) {
    return postgres.query<RolloutRow & { project: ProjectScope }>(sql`
      select ${columns}, (select jsonb_build_object('id', p.id, 'slug', p.slug) from project p where p.id = project_id) as project
      from rollout where ${condition}`);
  }
}

export type RolloutStore = ReturnType<typeof createRolloutStore>;

/** The rollout, held until the transaction ends, so that each change and each decision happens once. */
export async function lockRollout(tx: Queryable, projectId: number, id: string): Promise<RolloutRow | undefined> {
  const rows = await tx.query<RolloutRow>(
    sql`select ${columns} from rollout where project_id = ${projectId} and id = ${id} for update`,
  );
  return rows[0];
}

export async function saveRollout(tx: Queryable, projectId: number, rollout: RolloutRow): Promise<void> {
  await tx.query(sql`
    update rollout set state = ${rollout.state}, stage = ${rollout.stage}, stage_started_at = ${rollout.stageStartedAt}::timestamptz,
      process = ${JSON.stringify(rollout.process)}::jsonb, ended_at = ${rollout.endedAt}::timestamptz
    where project_id = ${projectId} and id = ${rollout.id}`);
}

export async function saveDecision(
  tx: Queryable,
  projectId: number,
  rollout: string,
  decision: Decision,
): Promise<void> {
  await tx.query(sql`
    insert into rollout_decision (project_id, rollout, at, actor, action, stage, percent, reason)
    values (${projectId}, ${rollout}, ${decision.at}::timestamptz, ${decision.actor}, ${decision.action}, ${decision.stage},
      ${decision.percent}, ${decision.reason})`);
}

/** Those that were not known at their share, in the order given. Known ones are left as they were first seen. */
export async function saveUnits(
  tx: Queryable,
  projectId: number,
  rollout: string,
  units: readonly UnitRow[],
): Promise<NewUnit[]> {
  const added = await tx.query<NewUnit>(sql`
    with given as (
      select * from jsonb_to_recordset(${JSON.stringify(units)}::jsonb)
        as u("plannedShare" double precision, unit text, arm text, "firstSeen" timestamptz)
    ), known as (
      select unit, arm from rollout_unit
      where project_id = ${projectId} and rollout = ${rollout} and unit in (select unit from given)
    ), added as (
      insert into rollout_unit (project_id, rollout, planned_share, unit, arm, first_seen)
      select ${projectId}, ${rollout}, "plannedShare", unit, arm, "firstSeen" from given
      on conflict do nothing returning planned_share, unit, arm
    )
    select a.unit, a.arm, a.planned_share as "plannedShare",
      not exists (select from known k where k.unit = a.unit and k.arm = a.arm) as "isNewToArm"
    from added a`);
  const toKey = ({ unit, plannedShare }: { unit: string; plannedShare: number }) =>
    JSON.stringify([plannedShare, unit]);
  const byKey = new Map(added.map((unit) => [toKey(unit), unit]));
  const seen = new Set<string>();
  return units.flatMap((given) => {
    const unit = byKey.get(toKey(given));
    if (!unit || !byKey.delete(toKey(given))) return [];
    // The same unit may be new at two shares of one batch.
    const ofArm = JSON.stringify([unit.arm, unit.unit]);
    const isNewToArm = unit.isNewToArm && !seen.has(ofArm);
    seen.add(ofArm);
    return [{ ...unit, isNewToArm }];
  });
}

export async function saveIncreases(
  tx: Queryable,
  projectId: number,
  rollout: string,
  increases: readonly ArmIncrease[],
): Promise<void> {
  await tx.query(sql`
    insert into rollout_arm as a (project_id, rollout, planned_share, arm, units, new_units, waited)
    select ${projectId}::int, ${rollout}, i."plannedShare", i.arm, i.units, i."newUnits", i.waited
    from jsonb_to_recordset(${JSON.stringify(increases)}::jsonb)
      as i("plannedShare" double precision, arm text, units int, "newUnits" int, waited int)
    on conflict (project_id, rollout, planned_share, arm) do update set
      units = a.units + excluded.units,
      new_units = a.new_units + excluded.new_units,
      waited = excluded.waited + case when excluded.units > 0 then 0 else a.waited end`);
}

/** Begins the wait for each arm anew. */
export async function forgetWaits(tx: Queryable, projectId: number, rollout: string): Promise<void> {
  await tx.query(sql`update rollout_arm set waited = 0 where project_id = ${projectId} and rollout = ${rollout}`);
}

/** False when the unit has failed before in this rollout: only its first failure counts. */
export async function saveFirstFailure(
  tx: Queryable,
  projectId: number,
  rollout: string,
  failure: FailureRow,
): Promise<boolean> {
  const rows = await tx.query(sql`
    insert into rollout_failure (project_id, rollout, unit, number, arm, planned_share, trace_id, detector, reason, simulated, at, evidence)
    values (${projectId}, ${rollout}, ${failure.unit}, ${failure.number}, ${failure.arm}, ${failure.plannedShare},
      ${failure.traceId}, ${failure.detector}, ${failure.reason}, ${failure.simulated}, ${failure.at}::timestamptz, ${failure.evidence})
    on conflict do nothing returning unit`);
  if (rows.length === 0) return false;
  await tx.query(sql`
    insert into rollout_arm as a (project_id, rollout, planned_share, arm, failed_units)
    values (${projectId}, ${rollout}, ${failure.plannedShare}, ${failure.arm}, 1)
    on conflict (project_id, rollout, planned_share, arm) do update set failed_units = a.failed_units + 1`);
  return true;
}

/** SQL of rollouts: their units, first failures and decisions, and how many traces each arm served. */
import type { RolloutDecision, RolloutStage } from "@ratchet/protocol";
import type { FailureShareState } from "@ratchet/stats";
import type { z } from "zod";
import type { ClickHouse } from "../engines/clickhouse.ts";
import { nextNumber, type Postgres, type Queryable, sql } from "../engines/postgres.ts";

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
export type Decision = z.output<typeof RolloutDecision>;

const columns = sql.raw(
  `id, release, control, state, stages, stage, iso(stage_started_at) as "stageStartedAt", alpha, settings, process,
   iso(started_at) as "startedAt", iso(ended_at) as "endedAt"`,
);
const failureColumns = sql.raw(
  `rollout, unit, number, arm, planned_share as "plannedShare", trace_id as "traceId", detector, reason, simulated, iso(at) as at, evidence`,
);

export function createRolloutStore(postgres: Postgres, clickhouse: ClickHouse) {
  return {
    transaction: postgres.transaction,

    /** Newest first. */
    list: (projectId: number) =>
      postgres.query<RolloutRow>(
        sql`select ${columns} from rollout where project_id = ${projectId} order by number desc`,
      ),

    findOptional: async (projectId: number, id: string) => {
      const rows = await postgres.query<RolloutRow>(
        sql`select ${columns} from rollout where project_id = ${projectId} and id = ${id}`,
      );
      return rows[0];
    },

    listActive: () =>
      postgres.query<RolloutRow & { projectId: number; slug: string }>(sql`
        select ${columns}, project_id as "projectId", (select slug from project p where p.id = project_id) as slug
        from rollout where state in ('running', 'paused')`),

    /** Gives the id, or undefined when the project has an active rollout already. */
    insert: (projectId: number, rollout: Omit<RolloutRow, "id" | "state" | "stage" | "endedAt" | "stageStartedAt">) =>
      postgres.transaction(async (tx) => {
        const active = await tx.query(
          sql`select id from rollout where project_id = ${projectId} and state in ('running', 'paused') for update`,
        );
        if (active.length > 0) return undefined;
        const id = await nextNumber(tx, projectId, "RO");
        await tx.query(sql`
          insert into rollout (project_id, id, number, release, control, state, stages, stage, stage_started_at, alpha, settings, process, started_at)
          values (${projectId}, ${id}, ${Number(id.slice(3))}, ${rollout.release}, ${rollout.control}, 'running',
            ${JSON.stringify(rollout.stages)}::jsonb, 0, ${rollout.startedAt}::timestamptz, ${rollout.alpha},
            ${JSON.stringify(rollout.settings)}::jsonb, ${JSON.stringify(rollout.process)}::jsonb, ${rollout.startedAt}::timestamptz)`);
        return id;
      }),

    /** Known units are left as they were first seen. True when one was new. */
    saveUnits: async (projectId: number, rollout: string, units: readonly UnitRow[]) => {
      const added = await postgres.query(sql`
        insert into rollout_unit (project_id, rollout, planned_share, unit, arm, first_seen)
        select ${projectId}, ${rollout}, u."plannedShare", u.unit, u.arm, u."firstSeen"
        from jsonb_to_recordset(${JSON.stringify(units)}::jsonb)
          as u("plannedShare" double precision, unit text, arm text, "firstSeen" timestamptz)
        on conflict do nothing returning unit`);
      return added.length > 0;
    },

    /** In order of first exposure. */
    listUnits: (projectId: number, rollout: string) =>
      postgres.query<UnitRow>(sql`
        select unit, arm, planned_share as "plannedShare", iso(first_seen) as "firstSeen" from rollout_unit
        where project_id = ${projectId} and rollout = ${rollout} order by first_seen, unit`),

    countUnits: (projectId: number) =>
      postgres.query<{ rollout: string; arm: Arm; units: number }>(sql`
        select rollout, arm, count(distinct unit)::int as units from rollout_unit
        where project_id = ${projectId} group by rollout, arm`),

    /** In the order in which they were observed. */
    listFailures: (projectId: number, rollout?: string) =>
      postgres.query<FailureRow & { rollout: string }>(sql`
        select ${failureColumns} from rollout_failure
        where project_id = ${projectId} and (${rollout ?? null}::text is null or rollout = ${rollout ?? null})
        order by rollout, number`),

    listDecisions: (projectId: number, rollout?: string) =>
      postgres.query<Decision & { rollout: string }>(sql`
        select rollout, iso(at) as at, actor, action, stage, percent, reason from rollout_decision
        where project_id = ${projectId} and (${rollout ?? null}::text is null or rollout = ${rollout ?? null})
        order by rollout, number`),

    /** Root spans by rollout and arm, repeated copies counted once. */
    countTraces: (projectId: number) =>
      clickhouse.query<{ rollout: string; arm: Arm; traces: number }>(
        `SELECT rollout, arm, toUInt32(uniqExact(trace_id)) AS traces FROM spans
         WHERE project_id = {project:UInt32} AND rollout != '' AND is_root GROUP BY rollout, arm`,
        { project: projectId },
      ),
  };
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

/** False when the unit has failed before in this rollout: only its first failure counts. */
export async function saveFirstFailure(
  tx: Queryable,
  projectId: number,
  rollout: string,
  failure: Omit<FailureRow, "number" | "evidence">,
): Promise<boolean> {
  const rows = await tx.query(sql`
    insert into rollout_failure (project_id, rollout, unit, number, arm, planned_share, trace_id, detector, reason, simulated, at, evidence)
    select ${projectId}, ${rollout}, ${failure.unit}, coalesce(max(number), 0) + 1, ${failure.arm}, ${failure.plannedShare},
      ${failure.traceId}, ${failure.detector}, ${failure.reason}, ${failure.simulated}, ${failure.at}::timestamptz, 1
    from rollout_failure where project_id = ${projectId} and rollout = ${rollout}
    on conflict do nothing returning unit`);
  return rows.length > 0;
}

export async function saveEvidence(
  tx: Queryable,
  projectId: number,
  rollout: string,
  unit: string,
  evidence: number,
): Promise<void> {
  await tx.query(sql`
    update rollout_failure set evidence = ${evidence} where project_id = ${projectId} and rollout = ${rollout} and unit = ${unit}`);
}

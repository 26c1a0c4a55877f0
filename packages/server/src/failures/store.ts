/** SQL of failures and of the stages that they reached. */
import type { FailureStage, Verification } from "@ratchet/protocol";
import { nextNumber, type Postgres, type Queryable, sql } from "../engines/postgres.ts";

/** What makes signals one failure. */
export interface FailureKey {
  detector: string;
  traceName: string;
}
export interface FailureRow extends FailureKey {
  id: string;
  title: string;
  archivedAt: string | null;
  archivedReason: string | null;
}
/** A stage when it was reached. */
export interface StageRow {
  failure: string;
  at: string;
  stage: FailureStage;
  note: string;
  release: string | null;
  verification: Verification | null;
}

const failureColumns = sql.raw(
  `id, detector, trace_name as "traceName", title, iso(archived_at) as "archivedAt", archived_reason as "archivedReason"`,
);

export function createFailureStore(postgres: Postgres) {
  const findIds = (queryable: Queryable, projectId: number, keys: readonly FailureKey[]) =>
    queryable.query<FailureKey & { id: string }>(sql`
      select f.id, f.detector, f.trace_name as "traceName" from failure f
      join jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k (detector text, "traceName" text)
        on f.detector = k.detector and f.trace_name = k."traceName"
      where f.project_id = ${projectId}`);
  return {
    findIds: (projectId: number, keys: readonly FailureKey[]) => findIds(postgres, projectId, keys),

    /** The id of the failure with this key, a new one if there is none. */
    findOrInsert: (projectId: number, { detector, traceName }: FailureKey, title: string, at: string) =>
      postgres.transaction(async (tx) => {
        // One at a time within the project, so that nobody takes a number for a failure that another just made.
        await tx.query(sql`select 1 from project where id = ${projectId} for no key update`);
        const [known] = await findIds(tx, projectId, [{ detector, traceName }]);
        if (known) return known.id;
        const id = await nextNumber(tx, projectId, "F");
        await tx.query(sql`
          insert into failure (project_id, id, detector, trace_name, title, created_at)
          values (${projectId}, ${id}, ${detector}, ${traceName}, ${title}, ${at}::timestamptz)`);
        return id;
      }),

    list: (projectId: number, ids: readonly string[]) =>
      postgres.query<FailureRow>(sql`
        select ${failureColumns} from failure
        where project_id = ${projectId} and id in (select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb))`),

    /** Oldest first. */
    listStages: (projectId: number, ids: readonly string[]) =>
      postgres.query<StageRow>(sql`
        select failure_id as failure, iso(at) as at, stage, note, release, verification from failure_stage
        where project_id = ${projectId} and failure_id in (select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb))
        order by failure_stage.at`),

    /** A stage that was reached at that moment, or proven of that release, already is left as it is. */
    saveStages: (projectId: number, stages: readonly StageRow[]) =>
      postgres.query(sql`
        insert into failure_stage (project_id, failure_id, at, stage, note, release, verification)
        select ${projectId}, s.failure, s.at, s.stage, s.note, s.release, s.verification
        from jsonb_to_recordset(${JSON.stringify(stages)}::jsonb)
          as s (failure text, at timestamptz, stage text, note text, release text, verification jsonb)
        on conflict do nothing`),

    saveTitle: (projectId: number, id: string, title: string) =>
      postgres.query(sql`update failure set title = ${title} where project_id = ${projectId} and id = ${id}`),

    /** `null` brings it back. */
    saveArchived: (projectId: number, id: string, archived: { at: string; reason: string } | null) =>
      postgres.query(sql`
        update failure set archived_at = ${archived?.at ?? null}::timestamptz, archived_reason = ${archived?.reason ?? null}
        where project_id = ${projectId} and id = ${id}`),
  };
}

export type FailureStore = ReturnType<typeof createFailureStore>;

/** SQL of datasets: versions, case revisions, locks. */
import type { DatasetVersion } from "@ratchet/protocol";
import { type Postgres, type Queryable, sql } from "../engines/postgres.ts";
import type { CaseContent } from "./case-content.ts";
import type { CurrentCase, PlannedCase, PlannedChange } from "./plan-change.ts";

export interface DatasetRow {
  name: string;
  description: string;
  latestVersion: number;
  caseCount: number;
  lockedCount: number;
  failures: string[];
  createdAt: string;
  updatedAt: string;
}

export interface StoredCase {
  caseId: string;
  digest: string;
  content: CaseContent;
  locked: { passes: number; trials: number; since: string } | null;
}

export interface LockRecord {
  caseId: string;
  passes: number;
  trials: number;
}

const versionColumns = sql.raw(
  `version, message, author, iso(created_at) as "createdAt", case_count as "caseCount", added, changed, removed`,
);

export function createDatasetStore(postgres: Postgres) {
  return {
    listDatasets: (projectId: number, name?: string) =>
      postgres.query<DatasetRow>(sql`
        select d.name, d.description, d.latest_version as "latestVersion",
          coalesce(v.case_count, 0) as "caseCount",
          (select count(*)::int from locked_case l join case_revision c using (project_id, dataset, case_id, asked)
            where l.project_id = d.project_id and l.dataset = d.name and c.valid_until is null) as "lockedCount",
          (select coalesce(jsonb_agg(distinct c.failure), '[]') from case_revision c
            where c.project_id = d.project_id and c.dataset = d.name and c.valid_until is null and c.failure is not null
          ) as failures,
          iso(d.created_at) as "createdAt", iso(d.updated_at) as "updatedAt"
        from dataset d
        left join dataset_version v on v.project_id = d.project_id and v.dataset = d.name and v.version = d.latest_version
        where d.project_id = ${projectId} and (${name ?? null}::text is null or d.name = ${name ?? null})
        order by d.updated_at desc, d.name`),

    /** False when the name is taken. */
    insertDataset: async (projectId: number, row: { name: string; description: string; at: string }) => {
      const rows = await postgres.query(sql`
        insert into dataset (project_id, name, description, created_at, updated_at)
        values (${projectId}, ${row.name}, ${row.description}, ${row.at}::timestamptz, ${row.at}::timestamptz)
        on conflict do nothing returning name`);
      return rows.length === 1;
    },

    deleteDataset: (projectId: number, name: string) =>
      postgres.query(sql`delete from dataset where project_id = ${projectId} and name = ${name}`),

    /** Newest first. */
    listVersions: (projectId: number, dataset: string) =>
      postgres.query<DatasetVersion>(sql`
        select ${versionColumns} from dataset_version
        where project_id = ${projectId} and dataset = ${dataset} order by version desc`),

    /** In order of first appearance; `limit: null` reads all. */
    listCases: (projectId: number, at: { dataset: string; version: number; limit: number | null; offset: number }) =>
      postgres.query<StoredCase>(sql`
        select c.case_id as "caseId", c.digest, c.content,
          case when l.case_id is null then null
            else json_build_object('passes', l.passes, 'trials', l.trials, 'since', iso(l.since)) end as locked
        from case_revision c
        left join locked_case l using (project_id, dataset, case_id, asked)
        where c.project_id = ${projectId} and c.dataset = ${at.dataset}
          and c.valid_from <= ${at.version} and (c.valid_until is null or c.valid_until > ${at.version})
        order by c.position limit ${at.limit} offset ${at.offset}`),

    /** Without contents: results are checked against them batch by batch. */
    listCaseIds: (projectId: number, dataset: string, version: number) =>
      postgres.query<{ caseId: string }>(sql`
        select case_id as "caseId" from case_revision
        where project_id = ${projectId} and dataset = ${dataset}
          and valid_from <= ${version} and (valid_until is null or valid_until > ${version})`),

    /**
     * Makes the next version out of what `plan` finds to do, all or nothing; `undefined` when it finds nothing to do.
     * Concurrent changes of one dataset wait for each other.
     */
    saveVersion: (
      projectId: number,
      change: { dataset: string; message: string; author: string; at: string },
      plan: (current: Map<string, CurrentCase>) => PlannedChange,
    ) =>
      postgres.transaction(async (tx) => {
        const { dataset, message, author, at } = change;
        const [locked] = await tx.query<{ latest: number }>(sql`
          select latest_version as latest from dataset where project_id = ${projectId} and name = ${dataset} for update`);
        const current = await tx.query<CurrentCase>(sql`
          select case_id as "caseId", digest, position from case_revision
          where project_id = ${projectId} and dataset = ${dataset} and valid_until is null`);
        const { added, changed, removed } = plan(new Map(current.map((row) => [row.caseId, row])));
        if (added.length + changed.length + removed.length === 0) return undefined;
        const version = (locked?.latest ?? 0) + 1;
        const ended = [...changed.map(({ caseId }) => caseId), ...removed];
        await tx.query(sql`
          update case_revision set valid_until = ${version}
          where project_id = ${projectId} and dataset = ${dataset} and valid_until is null
            and case_id in (select jsonb_array_elements_text(${JSON.stringify(ended)}::jsonb))`);
        await insertRevisions(tx, { projectId, dataset, version }, [...added, ...changed]);
        const rows = await tx.query<DatasetVersion>(sql`
          insert into dataset_version (project_id, dataset, version, message, author, created_at, case_count, added, changed, removed)
          values (${projectId}, ${dataset}, ${version}, ${message}, ${author}, ${at}::timestamptz,
            ${current.length + added.length - removed.length}, ${added.length}, ${changed.length}, ${removed.length})
          returning ${versionColumns}`);
        await tx.query(sql`
          update dataset set latest_version = ${version}, updated_at = ${at}::timestamptz
          where project_id = ${projectId} and name = ${dataset}`);
        return rows[0];
      }),

    /**
     * Locks cases as they are in a version. One that is locked already keeps its record, unless the new one is no lower
     * and rests on no fewer trials: a lock never slackens.
     */
    saveLocks: (
      projectId: number,
      at: { dataset: string; version: number; since: string },
      records: readonly LockRecord[],
    ) =>
      postgres.query(sql`
        insert into locked_case as l (project_id, dataset, case_id, asked, passes, trials, since)
        select c.project_id, c.dataset, c.case_id, c.asked, r.passes, r.trials, ${at.since}::timestamptz
        from jsonb_to_recordset(${JSON.stringify(records)}::jsonb) as r("caseId" text, passes int, trials int)
        join case_revision c on c.case_id = r."caseId"
        where c.project_id = ${projectId} and c.dataset = ${at.dataset}
          and c.valid_from <= ${at.version} and (c.valid_until is null or c.valid_until > ${at.version})
        on conflict (project_id, dataset, case_id, asked) do update set passes = excluded.passes, trials = excluded.trials
        where excluded.trials >= l.trials and excluded.passes * l.trials >= l.passes * excluded.trials`),

    /** Where the cases of each failure are now, most recently changed dataset first. */
    listByFailure: (projectId: number, failures: readonly string[]) =>
      postgres.query<{ failure: string; dataset: string; version: number; caseIds: string[]; firstAt: string }>(sql`
        select c.failure, c.dataset, d.latest_version as version,
          jsonb_agg(c.case_id order by c.position) as "caseIds", iso(min(v.created_at)) as "firstAt"
        from case_revision c
        join dataset d on d.project_id = c.project_id and d.name = c.dataset
        join dataset_version v on v.project_id = c.project_id and v.dataset = c.dataset and v.version = c.valid_from
        where c.project_id = ${projectId} and c.valid_until is null
          and c.failure in (select jsonb_array_elements_text(${JSON.stringify(failures)}::jsonb))
        group by c.failure, c.dataset, d.latest_version, d.updated_at
        order by d.updated_at desc, c.dataset`),

    /** In any version: what a case was, it still is in the versions before. */
    listByTraces: (projectId: number, traceIds: readonly string[]) =>
      postgres.query<{ dataset: string; caseId: string }>(sql`
        select distinct dataset, case_id as "caseId" from case_revision
        where project_id = ${projectId}
          and source_trace_id in (select jsonb_array_elements_text(${JSON.stringify(traceIds)}::jsonb))
        order by dataset, "caseId"`),

    /**
     * The cases leave the newest version, and every version before holds `content` in their place. All or nothing;
     * concurrent changes of the dataset wait.
     */
    eraseCases: (
      projectId: number,
      erasure: { dataset: string; caseIds: readonly string[]; content: CaseContent; message: string; at: string },
    ) =>
      postgres.transaction(async (tx) => {
        const { dataset, content, message, at } = erasure;
        const [locked] = await tx.query<{ latest: number }>(sql`
          select latest_version as latest from dataset where project_id = ${projectId} and name = ${dataset} for update`);
        const version = (locked?.latest ?? 0) + 1;
        const ofCases = sql`project_id = ${projectId} and dataset = ${dataset}
          and case_id in (select jsonb_array_elements_text(${JSON.stringify(erasure.caseIds)}::jsonb))`;
        const removed = await tx.query(sql`
          update case_revision set valid_until = ${version} where ${ofCases} and valid_until is null returning case_id`);
        await tx.query(sql`
          update case_revision set content = ${JSON.stringify(content)}::json, digest = '', asked = '', failure = null,
            source_trace_id = null where ${ofCases}`);
        await tx.query(sql`delete from locked_case where ${ofCases}`);
        if (removed.length === 0) return;
        await tx.query(sql`
          insert into dataset_version (project_id, dataset, version, message, author, created_at, case_count, added, changed, removed)
          select ${projectId}::int, ${dataset}, ${version}::int, ${message}, 'ratchet', ${at}::timestamptz, count(*), 0, 0, ${removed.length}::int
          from case_revision where project_id = ${projectId} and dataset = ${dataset} and valid_until is null`);
        await tx.query(sql`
          update dataset set latest_version = ${version}, updated_at = ${at}::timestamptz
          where project_id = ${projectId} and name = ${dataset}`);
      }),

    listByTrace: (projectId: number, traceId: string) =>
      postgres.query<{ dataset: string; caseId: string }>(sql`
        select dataset, case_id as "caseId" from case_revision
        where project_id = ${projectId} and source_trace_id = ${traceId} and valid_until is null
        order by dataset, position`),
  };
}

export type DatasetStore = ReturnType<typeof createDatasetStore>;

/** Contents travel as JSON within JSON: PostgreSQL refuses to unpack an escaped NUL, and need not here. */
function insertRevisions(
  tx: Queryable,
  at: { projectId: number; dataset: string; version: number },
  cases: readonly PlannedCase[],
) {
  const rows = cases.map(({ content, ...rest }) => ({
    ...rest,
    content: JSON.stringify(content),
    failure: content.failure ?? null,
    trace: content.sourceTraceId ?? null,
  }));
  return tx.query(sql`
    insert into case_revision (project_id, dataset, case_id, valid_from, position, digest, asked, content, failure, source_trace_id)
    select ${at.projectId}::int, ${at.dataset}, r."caseId", ${at.version}::int, r.position, r.digest, r.asked, r.content::json, r.failure, r.trace
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as r("caseId" text, position int, digest text, asked text, content text, failure text, trace text)`);
}

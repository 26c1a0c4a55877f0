/** SQL of prompt versions. */
import type { Json } from "@ratchet/protocol";
import type { ClickHouse } from "../engines/clickhouse.ts";
import { nextNumber, type Postgres, sql, textArray } from "../engines/postgres.ts";

export interface VersionRow {
  name: string;
  version: string;
  number: number;
  path: string;
  commit: string | null;
  message: string;
  author: string;
  fixes: string[];
  createdAt: string;
}
export interface VersionContent extends VersionRow {
  content: string;
  frontMatter: Record<string, Json>;
  template: string;
}
export type NewVersion = Omit<VersionContent, "number">;

const columns = sql.raw(`name, version, number, path, commit, message, author, fixes, iso(created_at) as "createdAt"`);

export function createPromptStore(postgres: Postgres, clickhouse: ClickHouse) {
  return {
    /** Newest first within each name; without contents. */
    listVersions: (projectId: number, name?: string) =>
      postgres.query<VersionRow>(sql`
        select ${columns} from prompt_version
        where project_id = ${projectId} and (${name ?? null}::text is null or name = ${name ?? null})
        order by name, number desc`),

    findOptionalVersion: async (projectId: number, name: string, version: string) => {
      const rows = await postgres.query<VersionContent>(sql`
        select ${columns}, content, front_matter as "frontMatter", template from prompt_version
        where project_id = ${projectId} and name = ${name} and version = ${version}`);
      return rows[0];
    },

    /** Those of these `name → version` that there are. */
    listContents: (projectId: number, prompts: Readonly<Record<string, string>>) =>
      postgres.query<Pick<VersionContent, "name" | "version" | "content" | "commit">>(sql`
        select p.name, p.version, p.content, p.commit from prompt_version p
        join jsonb_each_text(${JSON.stringify(prompts)}::jsonb) as wanted (name, version) using (name, version)
        where p.project_id = ${projectId}`),

    /** The same content again keeps its number and place, and learns of further failures that it fixes. */
    save: (projectId: number, row: NewVersion) =>
      postgres.transaction(async (tx) => {
        const known = await tx.query(sql`
          update prompt_version set fixes = array(select distinct unnest(fixes || ${textArray(row.fixes)}) order by 1)
          where project_id = ${projectId} and name = ${row.name} and version = ${row.version} returning version`);
        if (known.length > 0) return { isNew: false };
        const number = Number((await nextNumber(tx, projectId, `prompt:${row.name}`)).split("-").at(-1));
        await tx.query(sql`
          insert into prompt_version (project_id, name, version, number, path, content, front_matter, template, commit, message, author, fixes, created_at)
          values (${projectId}, ${row.name}, ${row.version}, ${number}, ${row.path}, ${row.content},
            ${JSON.stringify(row.frontMatter)}::jsonb, ${row.template}, ${row.commit}, ${row.message}, ${row.author},
            ${textArray(row.fixes)}, ${row.createdAt}::timestamptz)`);
        return { isNew: true };
      }),

    /** Versions that name any of the failures as fixed, newest first. */
    listFixing: (projectId: number, failures: readonly string[]) =>
      postgres.query<VersionRow>(sql`
        select ${columns} from prompt_version
        where project_id = ${projectId} and fixes && ${textArray(failures)} order by created_at desc, number desc`),

    /** Production traces in which each version was used: runs of evals are none. */
    countTraces: (projectId: number) =>
      clickhouse.query<{ name: string; version: string; traces: number }>(
        `SELECT prompt_name AS name, prompt_version AS version, toUInt32(uniqExact(trace_id)) AS traces FROM spans
         WHERE project_id = {project:UInt32} AND prompt_version != '' AND trace_id NOT IN (
           SELECT trace_id FROM spans WHERE project_id = {project:UInt32} AND is_root AND kind = 'evaluator')
         GROUP BY name, version`,
        { project: projectId },
      ),
  };
}

export type PromptStore = ReturnType<typeof createPromptStore>;

/** SQL of projects and API keys. */
import type { ApiKey, Project, ProjectActivity } from "@ratchet/protocol";
import { type Postgres, sql } from "../engines/postgres.ts";

export interface ProjectRow extends Project {
  id: number;
}
export interface KeyRow extends ApiKey {
  projectId: number | null;
}

const projectColumns = sql.raw(
  `p.id, p.slug, p.name, p.sample, iso(p.created_at) as "createdAt", p.activity, iso(p.first_span_at) as "firstSpanAt",
    p.retention_days as "retentionDays"`,
);
const keyColumns = sql.raw(
  `k.id, k.name, k.prefix, k.project_id as "projectId", p.slug as project, iso(k.created_at) as "createdAt", iso(k.last_used_at) as "lastUsedAt"`,
);

export function createAccessStore(postgres: Postgres) {
  return {
    listProjects: () => postgres.query<ProjectRow>(sql`select ${projectColumns} from project p order by p.id`),

    findOptionalProject: async (slug: string) => {
      const rows = await postgres.query<ProjectRow>(
        sql`select ${projectColumns} from project p where p.slug = ${slug}`,
      );
      return rows[0];
    },

    /** Undefined when the slug is taken. */
    insertProject: async (project: { slug: string; name: string; sample: boolean; at: string }) => {
      const rows = await postgres.query<ProjectRow>(sql`
        insert into project as p (slug, name, sample, created_at)
        values (${project.slug}, ${project.name}, ${project.sample}, ${project.at}::timestamptz)
        on conflict (slug) do nothing returning ${projectColumns}`);
      return rows[0];
    },

    updateProject: (id: number, { name, retentionDays }: Pick<Project, "name" | "retentionDays">) =>
      postgres.query(sql`update project set name = ${name}, retention_days = ${retentionDays} where id = ${id}`),

    saveActivity: (id: number, activity: ProjectActivity) =>
      postgres.query(sql`update project set activity = ${JSON.stringify(activity)}::jsonb where id = ${id}`),

    /** True when this was the project's first span. */
    saveFirstSpan: async (id: number, at: string) => {
      const rows = await postgres.query(
        sql`update project set first_span_at = ${at}::timestamptz where id = ${id} and first_span_at is null returning id`,
      );
      return rows.length > 0;
    },

    listKeys: () =>
      postgres.query<KeyRow>(
        sql`select ${keyColumns} from api_key k left join project p on p.id = k.project_id order by k.created_at`,
      ),

    insertKey: (key: {
      id: string;
      name: string;
      prefix: string;
      secretHash: string;
      projectId: number | null;
      at: string;
    }) =>
      postgres.query(sql`
        insert into api_key (id, name, prefix, secret_hash, project_id, created_at)
        values (${key.id}, ${key.name}, ${key.prefix}, ${key.secretHash}, ${key.projectId}, ${key.at}::timestamptz)`),

    findOptionalKey: async (secretHash: string) => {
      const rows = await postgres.query<KeyRow>(
        sql`select ${keyColumns} from api_key k left join project p on p.id = k.project_id where k.secret_hash = ${secretHash}`,
      );
      return rows[0];
    },

    saveKeyUse: (id: string, at: string) =>
      postgres.query(sql`update api_key set last_used_at = ${at}::timestamptz where id = ${id}`),

    /** False when there was none. */
    deleteKey: async (id: string) =>
      (await postgres.query(sql`delete from api_key where id = ${id} returning id`)).length > 0,
  };
}

export type AccessStore = ReturnType<typeof createAccessStore>;

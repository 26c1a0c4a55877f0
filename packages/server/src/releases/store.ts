/** SQL of releases. */
import { nextNumber, type Postgres, sql, textArray } from "../engines/postgres.ts";

export interface ReleaseRow {
  id: string;
  prompts: Record<string, string>;
  commit: string | null;
  note: string;
  gate: string | null;
  experiment: string | null;
  forcedBecause: string | null;
  fixes: string[];
  state: "ready" | "rolling out" | "live" | "previous" | "rolled back";
  createdAt: string;
  liveAt: string | null;
  rollouts: string[];
}

const columns = sql.raw(
  `r.id, r.prompts, r.commit, r.note, r.gate, r.experiment, r.forced_because as "forcedBecause", r.fixes, r.state,
   iso(r.created_at) as "createdAt", iso(r.live_at) as "liveAt",
   array(select o.id from rollout o where o.project_id = r.project_id and o.release = r.id order by o.number) as rollouts`,
);

export function createReleaseStore(postgres: Postgres) {
  return {
    /** Newest first. */
    list: (projectId: number) =>
      postgres.query<ReleaseRow>(
        sql`select ${columns} from release_place r where r.project_id = ${projectId} order by r.number desc`,
      ),

    findOptional: async (projectId: number, id: string) => {
      const rows = await postgres.query<ReleaseRow>(
        sql`select ${columns} from release_place r where r.project_id = ${projectId} and r.id = ${id}`,
      );
      return rows[0];
    },

    findOptionalLive: async (projectId: number) => {
      const rows = await postgres.query<ReleaseRow>(
        sql`select ${columns} from release_place r where r.project_id = ${projectId} and r.state = 'live'`,
      );
      return rows[0];
    },

    /** Gives the id. `isFirst` makes it live at once; undefined when there is a first one already. */
    insert: (
      projectId: number,
      release: Omit<ReleaseRow, "id" | "rollouts" | "state" | "liveAt"> & { isFirst: boolean },
    ) =>
      postgres.transaction(async (tx) => {
        if (release.isFirst) {
          // One at a time within the project, so that two at once are not both the first.
          await tx.query(sql`select 1 from project where id = ${projectId} for no key update`);
          const first = await tx.query(sql`select 1 from release where project_id = ${projectId} and is_first`);
          if (first.length > 0) return undefined;
        }
        const id = await nextNumber(tx, projectId, "R");
        await tx.query(sql`
          insert into release (project_id, id, number, prompts, commit, note, gate, experiment, forced_because, fixes, created_at, is_first)
          values (${projectId}, ${id}, ${Number(id.slice(2))}, ${JSON.stringify(release.prompts)}::jsonb, ${release.commit},
            ${release.note}, ${release.gate}, ${release.experiment}, ${release.forcedBecause},
            ${textArray(release.fixes)},
            ${release.createdAt}::timestamptz, ${release.isFirst})`);
        return id;
      }),
  };
}

export type ReleaseStore = ReturnType<typeof createReleaseStore>;

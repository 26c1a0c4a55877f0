/** Projects: what is observed, and the wall around everything below it. */
import type { Project, ProjectActivity, ProjectCreate, ProjectPatch, ServerEvent } from "@ratchet/protocol";
import type { z } from "zod";
import { ProblemError } from "../problem.ts";
import type { ProjectScope } from "../router.ts";
import type { AccessStore, ProjectRow } from "./store.ts";

/** The project of requests that name none. */
export const defaultProject = "default";

export function createProjects(
  store: AccessStore,
  publish: (event: ServerEvent) => void,
  now: () => Date,
  /** Deletes the project with everything in it. */
  deleteProject: (project: ProjectScope) => Promise<void>,
) {
  const find = async (slug: string): Promise<ProjectRow> => {
    const project = await store.findOptionalProject(slug);
    if (project) return project;
    throw new ProblemError(
      "unknown-project",
      `There is no project ${slug}. Make it with POST /api/projects {"slug":"${slug}"}, or send no x-ratchet-project header to use ${defaultProject}.`,
    );
  };
  return {
    async list(): Promise<Project[]> {
      return (await store.listProjects()).map(toProject);
    },

    /** @throws ProblemError `unknown-project` */
    async find(slug: string): Promise<Project> {
      return toProject(await find(slug));
    },

    /** @throws ProblemError `unknown-project` */
    async findScope(slug: string): Promise<ProjectScope> {
      const { id, retentionDays } = await find(slug);
      return { id, slug, retentionDays };
    },

    /** @throws ProblemError `conflict` when the slug is taken. */
    async create(request: z.output<typeof ProjectCreate>): Promise<Project> {
      const { slug, name = slug, sample } = request;
      const created = await store.insertProject({ slug, name, sample, at: now().toISOString() });
      if (!created) throw new ProblemError("conflict", `The project ${slug} exists already. Choose another slug.`);
      publish({ type: "project", project: slug, id: slug });
      return toProject(created);
    },

    async createDefault(): Promise<void> {
      await store.insertProject({ slug: defaultProject, name: "Default", sample: false, at: now().toISOString() });
    },

    /** @throws ProblemError `unknown-project` */
    async change(slug: string, patch: z.output<typeof ProjectPatch>): Promise<Project> {
      const { id, name, retentionDays } = await find(slug);
      await store.updateProject(id, {
        name: patch.name ?? name,
        retentionDays: patch.retentionDays === undefined ? retentionDays : patch.retentionDays,
      });
      publish({ type: "project", project: slug, id: slug });
      return toProject(await find(slug));
    },

    /** Everything of the project goes: traces, datasets, prompts, keys. */
    async delete(slug: string): Promise<void> {
      if (slug === defaultProject) {
        throw new ProblemError("conflict", `The project ${defaultProject} receives what names no project; it stays.`);
      }
      const { id } = await find(slug);
      await deleteProject({ id, slug });
      publish({ type: "project", project: slug, id: slug });
    },

    async saveActivity(slug: string, activity: ProjectActivity): Promise<void> {
      const project = await find(slug);
      await store.saveActivity(project.id, activity);
      publish({ type: "project", project: slug, id: slug });
    },

    /** Called for each batch of spans; only the first one of a project changes anything. */
    async recordFirstSpan(project: ProjectScope): Promise<void> {
      if (await store.saveFirstSpan(project.id, now().toISOString())) {
        publish({ type: "project", project: project.slug, id: project.slug });
      }
    },
  };
}

export type Projects = ReturnType<typeof createProjects>;

function toProject({ id: _, ...project }: ProjectRow): Project {
  return project;
}

/** Prompts as code: each content is one version, named by its hash, with the commit it came from. */
import { createHash } from "node:crypto";
import type {
  Prompt,
  PromptDetail,
  PromptPush,
  PromptVersion,
  PromptVersionDetail,
  Release,
  ServerEvent,
} from "@ratchet/protocol";
import type { z } from "zod";
import { ProblemError } from "../problem.ts";
import type { ProjectScope } from "../router.ts";
import { parsePromptFile } from "./prompt-file.ts";
import type { PromptStore, VersionRow } from "./store.ts";

/** The part of other features that prompts ask. */
export interface PromptDependencies {
  listReleases: (project: ProjectScope) => Promise<Pick<Release, "id" | "prompts" | "state">[]>;
  /** With the verdict of each experiment's newest gate, if any. */
  listExperiments: (
    project: ProjectScope,
  ) => Promise<{ id: string; prompts: Record<string, string>; verdict: string | null }[]>;
}

export interface PromptFix {
  name: string;
  version: string;
  at: string;
}

export function createPrompts(
  store: PromptStore,
  publish: (event: ServerEvent) => void,
  now: () => Date,
  others: PromptDependencies,
) {
  const findLinks = async (project: ProjectScope): Promise<Links> => {
    const [releases, experiments, traceCounts] = await Promise.all([
      others.listReleases(project),
      others.listExperiments(project),
      store.countTraces(project.id),
    ]);
    return { releases, experiments, traceCounts };
  };

  const listGroups = async (project: ProjectScope, name?: string): Promise<Prompt[]> => {
    const rows = await store.listVersions(project.id, name);
    if (rows.length === 0) return [];
    const links = await findLinks(project);
    return [...Map.groupBy(rows, (row) => row.name)].map(([group, versions]) => {
      const [newest] = versions as [VersionRow, ...VersionRow[]];
      const live = versions.find((row) => isLive(row, links));
      return {
        name: group,
        path: newest.path,
        versionCount: versions.length,
        latest: toVersion(newest, links),
        live: live?.version ?? null,
      };
    });
  };
  const service = {
    list: (project: ProjectScope): Promise<Prompt[]> => listGroups(project),

    /** @throws ProblemError `not-found` */
    async find(project: ProjectScope, name: string): Promise<PromptDetail> {
      const [prompt] = await listGroups(project, name);
      if (!prompt) {
        throw new ProblemError(
          "not-found",
          `There is no prompt ${name}. \`ratchet prompts push\` sends the files of prompts/.`,
        );
      }
      const links = await findLinks(project);
      const rows = await store.listVersions(project.id, name);
      return { ...prompt, versions: rows.map((row) => toVersion(row, links)) };
    },

    /** @throws ProblemError `not-found` */
    async findVersion(project: ProjectScope, name: string, version: string): Promise<PromptVersionDetail> {
      const row = await store.findOptionalVersion(project.id, name, version);
      if (!row) throw new ProblemError("not-found", `There is no version ${version} of the prompt ${name}.`);
      const { content, frontMatter, template } = row;
      return { ...toVersion(row, await findLinks(project)), content, frontMatter, template };
    },

    /** @throws ProblemError `invalid-request` naming file and line when the content cannot be read. */
    async push(project: ProjectScope, request: z.output<typeof PromptPush>): Promise<PromptVersionDetail> {
      const { name, content } = request;
      const version = createHash("sha256").update(content).digest("hex").slice(0, 12);
      const file = parsePromptFile(request.path, content);
      const { isNew } = await store.save(project.id, { ...request, ...file, version, createdAt: now().toISOString() });
      if (isNew || request.fixes.length > 0) publish({ type: "prompt", project: project.slug, id: name });
      return service.findVersion(project, name, version);
    },

    /** @throws ProblemError `not-found` for the first `name → version` that does not exist. */
    async findContents(project: ProjectScope, prompts: Record<string, string>) {
      const rows = await store.listContents(project.id, prompts);
      const entries = Object.entries(prompts).map(([name, version]) => {
        const row = rows.find((each) => each.name === name && each.version === version);
        if (!row) {
          throw new ProblemError(
            "not-found",
            `There is no version ${version} of the prompt ${name}: push it before it is released.`,
          );
        }
        return [`${name}@${version}`, { content: row.content, commit: row.commit }] as const;
      });
      return Object.fromEntries(entries);
    },

    /** The newest version that is meant to fix each failure. */
    async findFixes(project: ProjectScope, failures: readonly string[]): Promise<Map<string, PromptFix>> {
      const fixes = new Map<string, PromptFix>();
      for (const row of (await store.listFixing(project.id, failures)).reverse()) {
        for (const failure of row.fixes)
          fixes.set(failure, { name: row.name, version: row.version, at: row.createdAt });
      }
      return fixes;
    },
  };
  return service;
}

export type Prompts = ReturnType<typeof createPrompts>;

interface Links {
  releases: Pick<Release, "id" | "prompts" | "state">[];
  experiments: { id: string; prompts: Record<string, string>; verdict: string | null }[];
  traceCounts: { name: string; version: string; traces: number }[];
}

function isLive(row: VersionRow, { releases }: Links): boolean {
  return releases.some((release) => release.state === "live" && release.prompts[row.name] === row.version);
}

function toVersion(row: VersionRow, links: Links): PromptVersion {
  const { name, version, number, path, commit, message, author, fixes, createdAt } = row;
  return {
    name,
    version,
    number,
    path,
    commit,
    message,
    author,
    fixes,
    createdAt,
    experiments: links.experiments
      .filter((experiment) => experiment.prompts[name] === version)
      .map(({ id, verdict }) => ({ id, verdict })),
    releases: links.releases.filter((release) => release.prompts[name] === version).map((release) => release.id),
    live: isLive(row, links),
    traceCount: links.traceCounts.find((count) => count.name === name && count.version === version)?.traces ?? 0,
  };
}

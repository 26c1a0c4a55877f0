/** Datasets: cases in versions that never change once made. */
import type {
  Case,
  CaseList,
  CaseQuery,
  Dataset,
  DatasetChange,
  DatasetCreate,
  DatasetDetail,
  DatasetVersion,
  ServerEvent,
} from "@ratchet/protocol";
import type { z } from "zod";
import { ProblemError } from "../problem.ts";
import type { ProjectScope } from "../router.ts";
import { toStorable } from "../storable-text.ts";
import { erasedCase } from "./case-content.ts";
import { planChange } from "./plan-change.ts";
import type { DatasetStore, LockRecord, StoredCase } from "./store.ts";

/** The part of other features that datasets ask. */
export interface DatasetDependencies {
  /** Experiments that ran on the dataset: they are worth nothing without its cases. */
  listExperimentIds: (project: ProjectScope, dataset: string) => Promise<string[]>;
}

/** The cases that a failure was captured as, in one dataset. */
export interface CapturedCases {
  dataset: string;
  /** The newest. */
  version: number;
  caseIds: string[];
  /** When the first of them came in. */
  firstAt: string;
}

/** A case with the digest of its content: equal digests are equal cases. */
export type DigestedCase = Case & { digest: string };

export function createDatasets(
  store: DatasetStore,
  publish: (event: ServerEvent) => void,
  now: () => Date,
  others: DatasetDependencies,
) {
  const findRow = async (project: ProjectScope, name: string): Promise<Dataset> => {
    const [row] = await store.listDatasets(project.id, name);
    if (row) return row;
    throw new ProblemError(
      "not-found",
      `There is no dataset ${name} in project ${project.slug}. GET /api/datasets lists them; POST /api/datasets makes one.`,
    );
  };
  const findVersion = async (project: ProjectScope, name: string, version: number): Promise<DatasetVersion> => {
    await findRow(project, name);
    const found = (await store.listVersions(project.id, name)).find((each) => each.version === version);
    if (found) return found;
    throw new ProblemError("not-found", `The dataset ${name} has no version ${version}.`);
  };
  const insert = (project: ProjectScope, name: string, description: string) =>
    store.insertDataset(project.id, { name, description: toStorable(description), at: now().toISOString() });
  const announce = (project: ProjectScope, name: string) =>
    publish({ type: "dataset", project: project.slug, id: name });

  return {
    list: (project: ProjectScope): Promise<Dataset[]> => store.listDatasets(project.id),

    /** @throws ProblemError `not-found` */
    async find(project: ProjectScope, name: string): Promise<DatasetDetail> {
      return { ...(await findRow(project, name)), versions: await store.listVersions(project.id, name) };
    },

    /** @throws ProblemError `conflict` when the name is taken. */
    async create(project: ProjectScope, { name, description }: z.output<typeof DatasetCreate>): Promise<Dataset> {
      const isNew = await insert(project, name, description);
      if (!isNew) throw new ProblemError("conflict", `The dataset ${name} exists already. Choose another name.`);
      announce(project, name);
      return findRow(project, name);
    },

    /** For callers that only want it to be there, as a capture does. */
    async findOrCreate(project: ProjectScope, name: string, description: string): Promise<Dataset> {
      const isNew = await insert(project, name, description);
      if (isNew) announce(project, name);
      return findRow(project, name);
    },

    /** @throws ProblemError `not-found`, or `conflict` while experiments stand on it. */
    async delete(project: ProjectScope, name: string): Promise<void> {
      await findRow(project, name);
      const [experiment, ...more] = await others.listExperimentIds(project, name);
      if (experiment !== undefined) {
        const those = more.length === 0 ? experiment : `${experiment} and ${more.length} more experiments`;
        throw new ProblemError("conflict", `${those} ran on the dataset ${name}; their verdicts need its cases.`);
      }
      await store.deleteDataset(project.id, name);
      announce(project, name);
    },

    /**
     * Makes one new version, or none where nothing would change: then the newest is returned.
     *
     * @throws ProblemError `not-found`, or `invalid-request` with one entry a bad row and nothing stored.
     */
    async change(
      project: ProjectScope,
      name: string,
      change: z.output<typeof DatasetChange>,
    ): Promise<{ version: DatasetVersion; isNew: boolean }> {
      const { latestVersion } = await findRow(project, name);
      const { message, author } = change;
      const made = await store.saveVersion(
        project.id,
        { dataset: name, message: toStorable(message), author: toStorable(author), at: now().toISOString() },
        (current) => planChange(change, current),
      );
      if (made) {
        announce(project, name);
        return { version: made, isNew: true };
      }
      if (latestVersion === 0) {
        throw new ProblemError("invalid-request", "upsert: the first version needs at least one case.");
      }
      return { version: await findVersion(project, name, latestVersion), isNew: false };
    },

    /** @throws ProblemError `not-found` for the dataset or the version. */
    async listCases(project: ProjectScope, name: string, query: z.output<typeof CaseQuery>): Promise<CaseList> {
      const { latestVersion } = await findRow(project, name);
      const version = query.version ?? latestVersion;
      if (version === 0) return { version, cases: [], total: 0 };
      const { caseCount } = await findVersion(project, name, version);
      const { limit, offset } = query;
      const rows = await store.listCases(project.id, { dataset: name, version, limit, offset });
      return { version, cases: rows.map(toCase), total: caseCount };
    },

    /** All cases of a version, for what runs and judges on them. @throws ProblemError `not-found` */
    async readCases(project: ProjectScope, name: string, version: number): Promise<DigestedCase[]> {
      await findVersion(project, name, version);
      const rows = await store.listCases(project.id, { dataset: name, version, limit: null, offset: 0 });
      return rows.map((row) => ({ ...toCase(row), digest: row.digest }));
    },

    /** The ids of a version's cases. @throws ProblemError `not-found` */
    async readCaseIds(project: ProjectScope, name: string, version: number): Promise<Set<string>> {
      await findVersion(project, name, version);
      const rows = await store.listCaseIds(project.id, name, version);
      return new Set(rows.map(({ caseId }) => caseId));
    },

    /** From now on these cases, as they are in the version, may not fail again. Doing it again changes nothing. */
    async lock(project: ProjectScope, name: string, version: number, records: readonly LockRecord[]): Promise<void> {
      if (records.length === 0) return;
      await store.saveLocks(project.id, { dataset: name, version, since: now().toISOString() }, records);
      announce(project, name);
    },

    /** By failure, the most recently changed dataset first; failures without cases are absent. */
    async findCaptured(project: ProjectScope, failures: readonly string[]): Promise<Map<string, CapturedCases[]>> {
      const rows = await store.listByFailure(project.id, failures);
      const captured = new Map<string, CapturedCases[]>();
      for (const { failure, ...cases } of rows) captured.set(failure, [...(captured.get(failure) ?? []), cases]);
      return captured;
    },

    /** In any version. */
    listCasesOfTraces: (project: ProjectScope, traceIds: readonly string[]) => store.listByTraces(project.id, traceIds),

    /** What the cases hold goes from every version, they themselves from the newest on. Doing it again changes nothing. */
    async erase(project: ProjectScope, cases: readonly { dataset: string; caseId: string }[]): Promise<void> {
      for (const [dataset, own] of Map.groupBy(cases, (each) => each.dataset)) {
        await store.eraseCases(project.id, {
          dataset,
          caseIds: own.map(({ caseId }) => caseId),
          content: erasedCase,
          message: "Cases erased: the data they were made from was deleted",
          at: now().toISOString(),
        });
        announce(project, dataset);
      }
    },

    listCasesOfTrace: (project: ProjectScope, traceId: string) => store.listByTrace(project.id, traceId),
  };
}

export type Datasets = ReturnType<typeof createDatasets>;

function toCase({ caseId, content, locked }: StoredCase): Case {
  return { ...content, id: caseId, locked };
}

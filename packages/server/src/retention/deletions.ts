/**
 * Deletion of a trace, of a user's data, of a project: gone for readers when it is answered, finished by the next start
 * when the process is killed, and not brought back by what arrives late. See docs/decisions/2026-11-24-deletion.md.
 */
import { randomUUID } from "node:crypto";
import type { ServerEvent, UserDataDeleted } from "@ratchet/protocol";
import type { Logger } from "pino";
import { ProblemError } from "../problem.ts";
import type { ProjectScope } from "../router.ts";
import { type DeletedTraces, maxRemembered } from "./deleted-traces.ts";
import type { DeletionRow, RetentionStore } from "./store.ts";

/** Trace ids that are held in memory at once. */
const pageSize = 5000;

/** A case of a dataset. */
export interface CaseRef {
  dataset: string;
  caseId: string;
}

/** What other features hold of traces beside the telemetry engine's rows. Doing any of it again changes nothing. */
export interface CopyHolders {
  /** What waits to be stored is dropped; resolves when nothing of it is being stored any more. */
  forgetWaiting(project: ProjectScope, traceIds: readonly string[] | "all"): Promise<void>;
  /** As {@link forgetWaiting}, for traces that wait to be examined. */
  forgetExamination(project: ProjectScope, traceIds: readonly string[] | "all"): Promise<void>;
  /** The user's judgements on any trace, with what was found in them. Says how many there were. */
  deleteFeedbackOfUser(project: ProjectScope, userId: string): Promise<number>;
  /** In any version of any dataset. */
  listCasesOfTraces(project: ProjectScope, traceIds: readonly string[]): Promise<CaseRef[]>;
  /** Traces of the runs that experiments made of these cases. */
  listRunsOfCases(project: ProjectScope, cases: readonly CaseRef[]): Promise<string[]>;
  eraseCases(project: ProjectScope, cases: readonly CaseRef[]): Promise<void>;
  eraseResults(project: ProjectScope, cases: readonly CaseRef[]): Promise<void>;
  eraseFromRollouts(project: ProjectScope, traceIds: readonly string[]): Promise<void>;
  /** The user as a rollout's unit. */
  forgetUnit(project: ProjectScope, unit: string): Promise<void>;
}

export function createDeletions(
  store: RetentionStore,
  deletedTraces: DeletedTraces,
  publish: (event: ServerEvent) => void,
  now: () => Date,
  log: Logger,
  holders: CopyHolders,
) {
  let inTurn: Promise<unknown> = Promise.resolve();
  /** Those that wait for their turn, or have it. */
  const underWay = new Set<string>();
  /** One at a time: the engine rewrites whole tables for each. */
  const takeTurn = <Result>({ id }: DeletionRow, work: () => Promise<Result>): Promise<Result> => {
    underWay.add(id);
    const turn = inTurn.then(work).finally(() => underWay.delete(id));
    inTurn = turn.catch(() => {});
    return turn;
  };

  /** From here on it is finished, whatever happens to the process. */
  const begin = async (deletion: Omit<DeletionRow, "id">): Promise<DeletionRow> => {
    const row = { id: randomUUID(), ...deletion };
    await store.insertDeletion(row, now().toISOString());
    return row;
  };

  async function deleteTraces(project: ProjectScope, deletion: DeletionRow): Promise<UserDataDeleted> {
    const { id, kind, subject, erasesCases } = deletion;
    if (kind === "user") await store.markTracesOfUser(project.id, id, subject);
    else await store.markTraces(project.id, id, [subject], now());
    const traces = await store.countMarked(project.id, id);
    const cases: CaseRef[] = [];
    await forEachPage(project, id, async (traceIds) => {
      if (erasesCases) cases.push(...(await holders.listCasesOfTraces(project, traceIds)));
    });
    // Marked before the cases are erased: a process that is killed in between finds them again.
    if (cases.length > 0) {
      await store.markTraces(project.id, id, await holders.listRunsOfCases(project, cases), now());
    }
    await forEachPage(project, id, async (traceIds) => {
      deletedTraces.add(project.id, traceIds);
      await holders.forgetWaiting(project, traceIds);
      await holders.forgetExamination(project, traceIds);
      await holders.eraseFromRollouts(project, traceIds);
    });
    await store.deleteMarked(project.id, id);
    const feedback = kind === "user" ? await holders.deleteFeedbackOfUser(project, subject) : 0;
    if (kind === "user") await holders.forgetUnit(project, subject);
    await holders.eraseResults(project, cases);
    await holders.eraseCases(project, cases);
    await store.finishDeletion(id);
    announce(project, kind === "trace" ? subject : "");
    return { traces, feedback, cases: cases.length };
  }

  async function forEachPage(project: ProjectScope, deletion: string, visit: (traceIds: string[]) => Promise<void>) {
    for (let after: string | null = null; ; ) {
      const traceIds: string[] = await store.listMarked(project.id, deletion, after, pageSize);
      if (traceIds.length > 0) await visit(traceIds);
      if (traceIds.length < pageSize) return;
      after = traceIds.at(-1) ?? null;
    }
  }

  async function deleteTelemetry(deletion: DeletionRow): Promise<void> {
    await store.deleteProject(deletion.projectId);
    await store.finishDeletion(deletion.id);
  }

  /** Lists of traces and failures change; a trace's own page learns it by its id, which is empty for several. */
  const announce = (project: ProjectScope, traceId: string) => {
    publish({ type: "signal", project: project.slug, id: traceId });
    publish({ type: "trace", project: project.slug, id: traceId });
  };

  const service = {
    /** @throws ProblemError `not-found` */
    async deleteTrace(
      project: ProjectScope,
      traceId: string,
      { erasesCases }: { erasesCases: boolean },
    ): Promise<void> {
      if (!(await store.hasTrace(project.id, traceId))) {
        throw new ProblemError("not-found", `There is no trace ${traceId} in this project. It may be deleted already.`);
      }
      const deletion = await begin({ projectId: project.id, kind: "trace", subject: traceId, erasesCases });
      await takeTurn(deletion, () => deleteTraces(project, deletion));
    },

    /** All traces with a span of the user, the user's feedback, and cases made from these traces. */
    async deleteUserData(project: ProjectScope, userId: string): Promise<UserDataDeleted> {
      const deletion = await begin({ projectId: project.id, kind: "user", subject: userId, erasesCases: true });
      return takeTurn(deletion, () => deleteTraces(project, deletion));
    },

    /** With everything in it. */
    async deleteProject(project: ProjectScope): Promise<void> {
      const deletion: DeletionRow = {
        id: randomUUID(),
        projectId: project.id,
        kind: "project",
        subject: project.slug,
        erasesCases: true,
      };
      deletedTraces.addProject(project.id);
      try {
        await holders.forgetWaiting(project, "all");
        await holders.forgetExamination(project, "all");
        await store.replaceProjectByDeletion(deletion, now().toISOString());
      } catch (error) {
        deletedTraces.removeProject(project.id);
        throw error;
      }
      await takeTurn(deletion, () => deleteTelemetry(deletion));
    },

    /** What late spans are refused for is known again, and deletions that a killed process left are finished. */
    async resume(): Promise<void> {
      for (const { projectId, traceId } of await store.listDeletedTraces(maxRemembered)) {
        deletedTraces.add(projectId, [traceId]);
      }
      await service.finishAll();
    },

    /** One that fails is tried again the next time, and does not keep the others. */
    async finishAll(): Promise<void> {
      for (const { slug, ...deletion } of await store.listDeletions()) {
        if (underWay.has(deletion.id)) continue;
        const project = { id: deletion.projectId, slug: slug ?? deletion.subject };
        const isOfProject = deletion.kind === "project" || slug === null;
        const work = isOfProject ? () => deleteTelemetry(deletion) : () => deleteTraces(project, deletion);
        await takeTurn<unknown>(deletion, work).catch((error: unknown) =>
          log.error({ err: error, deletion: deletion.id }, "a deletion could not be finished"),
        );
      }
    },

    /** Waits for the deletions under way. */
    async close(): Promise<void> {
      await inTurn;
    },
  };
  return service;
}

export type Deletions = ReturnType<typeof createDeletions>;

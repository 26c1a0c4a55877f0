/** Failures: signals with one cause, and where each is in the loop. */
import type { Failure, FailureDetail, FailurePatch, FailureQuery, LoopStrip, ServerEvent } from "@ratchet/protocol";
import type { z } from "zod";
import { ProblemError } from "../problem.ts";
import type { ProjectScope } from "../router.ts";
import type { Signals } from "../signals/signals.ts";
import { toStorable } from "../storable-text.ts";
import { type AssembledFailure, assembleFailure } from "./assemble.ts";
import { findLinks, type LinkSources } from "./links.ts";
import type { FailureKey, FailureStore } from "./store.ts";
import { titleOf } from "./title.ts";
import { windowMs } from "./trend.ts";
import type { CountByRelease } from "./verify.ts";

/** Failures that are derived at once; older ones are reached by their id. */
const maxListed = 1000;
const maxSignalsShown = 50;
/** Characters: an index entry may have 2,700 bytes. */
const maxTraceNameLength = 500;
const sliceCount = 24;
/** A failure of the first minutes would be one bar of a day. */
const minChartMs = 3600 * 1000;

export interface FailureDependencies extends LinkSources {
  /** Completed traces of that name by release, `""` for those that name none. */
  countByRelease(project: ProjectScope, traceName: string): Promise<{ release: string; count: number }[]>;
}

export function createFailures(
  store: FailureStore,
  signals: Signals,
  publish: (event: ServerEvent) => void,
  now: () => Date,
  others: FailureDependencies,
) {
  /** A fixed number of queries, however many failures; one more for each trace name whose fix is to be verified. */
  async function derive(project: ProjectScope, only?: readonly string[]): Promise<AssembledFailure[]> {
    const at = now();
    const recentFrom = new Date(at.getTime() - windowMs);
    const windows = { recentFrom, earlierFrom: new Date(at.getTime() - 2 * windowMs) };
    const tallies = await signals.tally(project, windows, { limit: maxListed, failures: only });
    const ids = tallies.map((tally) => tally.failure);
    if (ids.length === 0) return [];
    const [rows, stages, slices, links] = await Promise.all([
      store.list(project.id, ids),
      store.listStages(project.id, ids),
      signals.countInSlices(project, ids, { latestStart: new Date(at.getTime() - minChartMs), now: at, sliceCount }),
      findLinks(others, project, ids),
    ]);
    const histories = Map.groupBy(stages, (entry) => entry.failure);
    const hasFix = (id: string) => links.get(id)?.release != null || histories.get(id)?.some((entry) => entry.release);
    const traces = await countTraces(
      project,
      rows.filter((row) => hasFix(row.id)).map((row) => row.traceName),
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    const assembled = tallies.flatMap((counts) => {
      const row = byId.get(counts.failure);
      const own = links.get(counts.failure);
      if (row === undefined || own === undefined) return [];
      const history = histories.get(row.id) ?? [];
      const sparkline = slices.get(row.id) ?? [];
      const parts = { row, counts, sparkline, links: own, history, traces: traces.get(row.traceName) ?? null };
      return [assembleFailure(parts, at)];
    });
    await recordNews(project, assembled);
    return assembled;
  }

  async function countTraces(project: ProjectScope, names: readonly string[]): Promise<Map<string, CountByRelease>> {
    const distinct = [...new Set(names)];
    const counts = await Promise.all(distinct.map((name) => others.countByRelease(project, name)));
    return new Map(
      distinct.map((name, index) => [
        name,
        Object.fromEntries((counts[index] ?? []).map(({ release, count }) => [release, count])),
      ]),
    );
  }

  async function recordNews(project: ProjectScope, assembled: readonly AssembledFailure[]) {
    const news = assembled.flatMap((entry) => entry.news);
    if (news.length === 0) return;
    await store.saveStages(project.id, news);
    for (const id of new Set(news.map((entry) => entry.failure))) {
      publish({ type: "failure", project: project.slug, id });
    }
  }

  async function findAssembled(project: ProjectScope, id: string): Promise<AssembledFailure> {
    const [found] = await derive(project, [id]);
    if (found) return found;
    throw new ProblemError(
      "not-found",
      `There is no failure ${id} in project ${project.slug}. GET /api/failures lists them.`,
    );
  }

  const service = {
    /** The failure of each signal, in the same order; new ones get the next numbers. */
    async record(project: ProjectScope, given: readonly FailureKey[]): Promise<string[]> {
      const keys = given.map(({ detector, traceName }) => ({
        detector,
        traceName: toStorable(traceName, maxTraceNameLength),
      }));
      const toText = (key: FailureKey) => JSON.stringify([key.detector, key.traceName]);
      const ids = new Map((await store.findIds(project.id, keys)).map((row) => [toText(row), row.id]));
      for (const key of keys) {
        if (ids.has(toText(key))) continue;
        ids.set(toText(key), await store.findOrInsert(project.id, key, titleOf(key), now().toISOString()));
      }
      return keys.map((key) => ids.get(toText(key)) ?? "");
    },

    /** Newest signal first. */
    async list(project: ProjectScope, query: z.output<typeof FailureQuery> = {}): Promise<Failure[]> {
      const { stage, detector, q } = query;
      return (await derive(project))
        .map((entry) => entry.failure)
        .filter((failure) => stage === undefined || failure.stage === stage)
        .filter((failure) => detector === undefined || failure.detector === detector)
        .filter((failure) => q === undefined || failure.title.toLowerCase().includes(q.toLowerCase()));
    },

    /** @throws ProblemError `not-found` */
    async find(project: ProjectScope, id: string): Promise<FailureDetail> {
      const { failure } = await findAssembled(project, id);
      const [newest, history] = await Promise.all([
        signals.listOfFailure(project, id, maxSignalsShown),
        store.listStages(project.id, [id]),
      ]);
      return {
        ...failure,
        signals: newest.map(({ traceId, reason, severity, simulated, createdAt }) => ({
          traceId,
          reason,
          severity,
          simulated,
          createdAt,
        })),
        history: history.map(({ at, stage, note }) => ({ at, stage, note })),
      };
    },

    /** @throws ProblemError `not-found` */
    async change(project: ProjectScope, id: string, patch: z.output<typeof FailurePatch>): Promise<FailureDetail> {
      const { failure } = await findAssembled(project, id);
      if (patch.title !== undefined) await store.saveTitle(project.id, id, toStorable(patch.title));
      if (patch.archived === null) await store.saveArchived(project.id, id, null);
      if (patch.archived) {
        const [at, note] = [now().toISOString(), toStorable(patch.archived.reason)];
        await store.saveArchived(project.id, id, { at, reason: note });
        const entry = { failure: id, at, stage: "archived", note, release: null, verification: null } as const;
        if (failure.stage !== "archived") await store.saveStages(project.id, [entry]);
      }
      publish({ type: "failure", project: project.slug, id });
      return service.find(project, id);
    },

    /** The worst first; ids without signals are left out. */
    async listStrips(project: ProjectScope, ids: readonly string[]): Promise<LoopStrip[]> {
      if (ids.length === 0) return [];
      return (await derive(project, ids)).sort(compareHarm).map(({ failure }) => failure.loop);
    },

    /** Derives all stages, so that what was reached is recorded though nobody looks. */
    async observe(project: ProjectScope): Promise<void> {
      await derive(project);
    },
  };
  return service;
}

export type Failures = ReturnType<typeof createFailures>;

function compareHarm(a: AssembledFailure, b: AssembledFailure): number {
  const isRegressed = (entry: AssembledFailure) => Number(entry.failure.stage === "regressed");
  return (
    isRegressed(b) - isRegressed(a) ||
    b.maxSeverity - a.maxSeverity ||
    b.failure.signalCount - a.failure.signalCount ||
    a.failure.id.localeCompare(b.failure.id, "en", { numeric: true })
  );
}

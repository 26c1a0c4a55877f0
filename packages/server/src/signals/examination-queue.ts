/** When traces are examined: in the background, a few at a time, and after a restart from where it stopped. */
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import { ProblemError } from "../problem.ts";
import { renderMetric } from "../render-metric.ts";
import type { ProjectScope } from "../router.ts";
import type { CompletedRoot } from "../telemetry/completed-root.ts";
import type { Examinee } from "./examine.ts";
import { createExaminedTraces } from "./examined-traces.ts";
import type { SignalStore } from "./store.ts";

/** Waiting traces; beyond it they are dropped here and found again in the engine. */
const maxWaiting = 10_000;
/** The questions to the engine cost about the same for a few traces as for many. */
const batchSize = 200;
/**
 * What was received this long before the oldest waiting trace is stored and examined: longer than an insert may take
 * (`max_execution_time` 30 s), so that no insert that was under way is skipped after a crash.
 */
const overlapMs = 60_000;
/** More than the spans that one insert stores under one time of receipt, so that a page always moves on. */
const pageSize = 6000;
const maxAttempts = 3;
/** How long a batch lets spans that wait to be stored go first: under any load some traces are examined. */
const maxYieldMs = 1000;
const yieldStepMs = 50;
/** An engine that cannot answer now is left alone for a while. */
const pauseAfterErrorMs = 1000;

interface Waiting {
  project: ProjectScope;
  examinee: Examinee;
  since: number;
  attempts: number;
}

/** From when on it is to be examined: pages of roots move on, feedback is looked at after the last of them. */
interface Behind {
  project: ProjectScope;
  from: string;
  feedbackFrom: string;
}

export interface CatchUp {
  listProjects(): Promise<ProjectScope[]>;
  /** In order of receipt, after that moment. */
  listCompletedRoots(
    project: ProjectScope,
    receivedAfter: string,
    limit: number,
  ): Promise<(CompletedRoot & { receivedAt: string })[]>;
  listTracesWithFeedback(project: ProjectScope, since: Date): Promise<string[]>;
  /** Spans wait to be stored: that comes first. */
  isBusy(): boolean;
}

export function createExaminationQueue(
  store: SignalStore,
  examine: (project: ProjectScope, examinees: readonly Examinee[]) => Promise<void>,
  /** After each batch of the project: its failures may have changed their stage. */
  onExamined: (project: ProjectScope) => void,
  now: () => Date,
  log: Logger,
  catchUp: CatchUp,
) {
  const waiting = new Map<string, Waiting>();
  const examined = createExaminedTraces();
  /** Projects with traces in the engine that are not examined, by id. */
  const behind = new Map<number, Behind>();
  /** The batch that is examined now. */
  let underWay: Promise<void> = Promise.resolve();
  let droppedTraces = 0;
  let isClosed = false;
  const closing = new AbortController();
  let work: Promise<void> | undefined;

  const wake = () => {
    work ??= run().finally(() => {
      work = undefined;
      if (hasWork()) wake();
    });
  };
  const hasWork = () => !isClosed && (waiting.size > 0 || behind.size > 0);

  function add(project: ProjectScope, examinee: Examinee) {
    const key = `${project.id}:${examinee.traceId}`;
    const same = waiting.get(key);
    // A completed root is examined with its feedback, so it makes a mere "there is feedback" superfluous.
    if (same && examinee.root === undefined) return;
    if (!same && waiting.size >= maxWaiting) fallBehind(project, toCursor(now().getTime()));
    else waiting.set(key, { project, examinee, since: same?.since ?? now().getTime(), attempts: 0 });
  }

  /** Always a new entry, so that a page under way sees that more was left to the engine since. */
  function fallBehind(project: ProjectScope, from: string) {
    const earlier = (current = from) => (current < from ? current : from);
    const current = behind.get(project.id);
    behind.set(project.id, { project, from: earlier(current?.from), feedbackFrom: earlier(current?.feedbackFrom) });
  }

  async function run() {
    while (hasWork()) {
      try {
        await yieldToIngest();
        const batch = takeBatch();
        underWay = batch.length > 0 ? examineBatch(batch) : examinePage();
        await underWay;
      } catch (error) {
        log.error({ err: error }, "examination");
        await pause();
      }
    }
  }

  async function yieldToIngest() {
    for (let waitedMs = 0; waitedMs < maxYieldMs && catchUp.isBusy() && !isClosed; waitedMs += yieldStepMs) {
      await delay(yieldStepMs, undefined, { signal: closing.signal }).catch(() => {});
    }
  }

  function takeBatch(): Waiting[] {
    const [first] = waiting.values();
    const batch: Waiting[] = [];
    for (const [key, entry] of waiting) {
      if (entry.project.id !== first?.project.id) continue;
      batch.push(entry);
      waiting.delete(key);
      if (batch.length === batchSize) break;
    }
    return batch;
  }

  async function examineBatch(batch: readonly Waiting[]) {
    const [first] = batch;
    if (first === undefined) return;
    const { project } = first;
    // Before they are examined, so that spans that arrive meanwhile are not overlooked.
    for (const { examinee } of batch) {
      if (examinee.root) examined.remember(`${project.id}:${examinee.traceId}`, examinee.root);
    }
    try {
      await examine(
        project,
        batch.map((entry) => entry.examinee),
      );
    } catch (error) {
      await retry(batch, error);
    }
    await settle(project);
  }

  /** One by one, so that a trace that cannot be examined does not hold up its neighbours. */
  async function retry(batch: readonly Waiting[], cause: unknown) {
    await pause();
    for (const entry of batch) {
      if (isClosed) return;
      await examine(entry.project, [entry.examinee]).catch((error) => {
        const { traceId } = entry.examinee;
        // An engine that is away says nothing about the trace, which waits as long as it takes.
        const isAway = error instanceof ProblemError && error.code === "unavailable";
        const attempts = entry.attempts + (isAway ? 0 : 1);
        if (attempts < maxAttempts) {
          const key = `${entry.project.id}:${traceId}`;
          // What was added meanwhile is newer, and a root is examined with its feedback.
          const newer = waiting.get(key);
          const { examinee } = newer?.examinee.root ? newer : entry;
          waiting.set(key, { ...entry, examinee, attempts });
          return;
        }
        droppedTraces++;
        log.error({ err: error, cause, project: entry.project.slug, traceId }, "a trace could not be examined");
      });
    }
  }

  async function examinePage() {
    const [entry] = behind.values();
    if (entry === undefined) return;
    const { project, from, feedbackFrom } = entry;
    // To the end, so that a project that cannot be examined does not hold up the others.
    behind.delete(project.id);
    behind.set(project.id, entry);
    const listedAt = now().getTime();
    const roots = await catchUp.listCompletedRoots(project, from, pageSize);
    for (let at = 0; at < roots.length && !isClosed; at += batchSize) {
      const page = roots.slice(at, at + batchSize);
      await examineBatch(page.map((root) => toWaiting(project, { traceId: root.traceId, root })));
    }
    const last = roots.at(-1);
    if (roots.length === pageSize && last) {
      behind.set(project.id, { project, from: new Date(Date.parse(last.receivedAt) - 1).toISOString(), feedbackFrom });
      return;
    }
    const traceIds = await catchUp.listTracesWithFeedback(project, new Date(feedbackFrom));
    for (let at = 0; at < traceIds.length && !isClosed; at += batchSize) {
      await examineBatch(traceIds.slice(at, at + batchSize).map((traceId) => toWaiting(project, { traceId })));
    }
    if (isClosed) return;
    if (behind.get(project.id) === entry) behind.delete(project.id);
    else if (behind.has(project.id)) {
      behind.set(project.id, { project, from: toCursor(listedAt), feedbackFrom: toCursor(listedAt) });
    }
    await settle(project);
  }

  function dropWaiting(project: ProjectScope, traceIds: readonly string[] | "all") {
    if (traceIds !== "all") {
      for (const traceId of traceIds) {
        waiting.delete(`${project.id}:${traceId}`);
        examined.forget(`${project.id}:${traceId}`);
      }
      return;
    }
    behind.delete(project.id);
    examined.forget(`${project.id}:`);
    for (const [key, entry] of waiting) if (entry.project.id === project.id) waiting.delete(key);
  }

  async function settle(project: ProjectScope) {
    if (behind.has(project.id) || isClosed) return;
    const own = [...waiting.values()].filter((entry) => entry.project.id === project.id);
    await store.saveCursor(project.id, toCursor(Math.min(now().getTime(), ...own.map((entry) => entry.since))));
    onExamined(project);
  }

  const pause = () => delay(pauseAfterErrorMs, undefined, { signal: closing.signal }).catch(() => {});
  const toWaiting = (project: ProjectScope, examinee: Examinee): Waiting => ({
    project,
    examinee,
    since: now().getTime(),
    attempts: 0,
  });

  return {
    /** Returns at once; for telemetry, after the spans are stored. */
    onCompleted(project: ProjectScope, roots: readonly CompletedRoot[]): void {
      for (const root of roots) add(project, { traceId: root.traceId, root });
      wake();
    },

    /** Returns at once; for spans of any kind, after they are stored: traces that were examined without them are so again. */
    onStored(spans: readonly { project: ProjectScope; traceId: string }[]): void {
      for (const { project, traceId } of spans) {
        const key = `${project.id}:${traceId}`;
        const root = waiting.has(key) ? undefined : examined.findOptional(key);
        if (root) add(project, { traceId, root });
      }
      wake();
    },

    /** Returns at once; for feedback, after it is stored. */
    onFeedback(project: ProjectScope, traceId: string): void {
      add(project, { traceId });
      wake();
    },

    /** Takes up what was received, but not examined, before the process ended. */
    async resume(): Promise<void> {
      for (const project of await catchUp.listProjects()) {
        fallBehind(project, (await store.findOptionalCursor(project.id)) ?? new Date(0).toISOString());
      }
      wake();
    },

    /** Forgets traces that are being deleted; resolves when nothing of them is written any more. */
    async forget(project: ProjectScope, traceIds: readonly string[] | "all"): Promise<void> {
      dropWaiting(project, traceIds);
      await underWay.catch(() => {});
      // What failed went back to wait.
      dropWaiting(project, traceIds);
    },

    /** In Prometheus's text format. */
    renderMetrics: () =>
      [
        renderMetric("ratchet_examination_queue_traces", "gauge", "Traces that wait to be examined.", waiting.size),
        renderMetric(
          "ratchet_examination_behind_projects",
          "gauge",
          "Projects of which more traces wait in the engine.",
          behind.size,
        ),
        renderMetric(
          "ratchet_examinations_dropped_total",
          "counter",
          `Traces that could not be examined ${maxAttempts} times, and have no signals; the log names them.`,
          droppedTraces,
        ),
      ].join(""),

    /** Resolves when nothing waits. */
    async settled(): Promise<void> {
      while (work) await work;
    },

    /** Finishes the batch under way; the rest is taken up at the next start. */
    async close(): Promise<void> {
      isClosed = true;
      closing.abort();
      await work;
    },
  };
}

function toCursor(sinceMs: number): string {
  return new Date(sinceMs - overlapMs).toISOString();
}

import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestEngines, type TestEngines } from "../../testing/index.ts";
import { createAccessStore } from "../access/store.ts";
import { createFailureStore } from "../failures/store.ts";
import { createFeedback } from "../feedback/feedback.ts";
import { createFeedbackStore } from "../feedback/store.ts";
import { ProblemError } from "../problem.ts";
import type { ProjectScope } from "../router.ts";
import type { CompletedRoot } from "../telemetry/completed-root.ts";
import type { ExaminedSpan } from "./evidence.ts";
import { createExaminationQueue } from "./examination-queue.ts";
import { createExaminer, type ExaminationDependencies } from "./examine.ts";
import { createSignals } from "./signals.ts";
import { createSignalStore } from "./store.ts";

const log = pino({ level: "silent" });
const exposure = { rollout: "RO-1", arm: "candidate", unit: "acme/app#7", plannedShare: 0.1 } as const;

let traceNumber = 0;
function failedRoot(given: Partial<CompletedRoot> = {}): CompletedRoot {
  return {
    traceId: (++traceNumber).toString(16).padStart(32, "0"),
    spanId: "1".repeat(16),
    name: "teammate.issue",
    startTime: new Date().toISOString(),
    durationMs: 100,
    status: "error",
    userId: "ann",
    sessionId: null,
    release: "R-1",
    exposure: null,
    ...given,
  };
}

describe("the examination of completed traces", () => {
  let engines: TestEngines;
  beforeAll(async () => {
    engines = await openTestEngines();
  });
  afterAll(() => engines[Symbol.asyncDispose]());

  /** A project of its own, with the traces of telemetry's place held in an array. */
  async function open(slug: string) {
    const project = (await createAccessStore(engines.postgres).insertProject({
      slug,
      name: slug,
      sample: false,
      at: new Date().toISOString(),
    })) as ProjectScope;
    const received: (CompletedRoot & { receivedAt: string })[] = [];
    const told: string[] = [];
    const store = createSignalStore(engines.clickhouse, engines.postgres);
    const failures = createFailureStore(engines.postgres);
    const signals = createSignals(store);
    const now = () => new Date();
    const others: ExaminationDependencies = {
      findSpans: async () => new Map(),
      findCompletedRoots: async (_, traceIds) => received.filter((root) => traceIds.includes(root.traceId)),
      durationHistory: async () => ({ count: 0, p95Ms: null }),
      listFeedback: (scope, traceIds) => feedback.listForTraces(scope, traceIds),
      recordFailures: (scope, keys) =>
        Promise.all(keys.map((key) => failures.findOrInsert(scope.id, key, "title", now().toISOString()))),
      onExposures: async (_, roots) => void told.push(...roots.map((root) => `exposed ${root.exposure.unit}`)),
      onExposedFailures: async (_, exposed) => void told.push(...exposed.map((each) => `failed ${each.detector}`)),
    };
    /** What a process starts with; nothing is shared but the engines and what telemetry holds. */
    const start = (examine = createExaminer(store, () => {}, now, others)) =>
      createExaminationQueue(store, examine, () => {}, now, log, {
        listProjects: async () => [project],
        listCompletedRoots: async (_, after, limit) =>
          received.filter((root) => root.receivedAt > after).slice(0, limit),
        listTracesWithFeedback: (scope, since) => feedback.listTracesSince(scope, since),
        isBusy: () => false,
      });
    let onFeedback = (_: ProjectScope, __: string) => {};
    const feedback = createFeedback(
      createFeedbackStore(engines.clickhouse),
      () => {},
      now,
      (scope, traceId) => onFeedback(scope, traceId),
    );
    const listen = (queue: ReturnType<typeof start>) => {
      onFeedback = queue.onFeedback;
      return queue;
    };
    const receive = (...roots: CompletedRoot[]) => {
      received.push(...roots.map((root) => ({ ...root, receivedAt: now().toISOString() })));
      return roots;
    };
    const detectorsOf = async (root: CompletedRoot) =>
      (await signals.listForTrace(project, root.traceId)).map((signal) => signal.detector).sort();
    return { project, store, start, listen, receive, received, feedback, signals, detectorsOf, told, others };
  }

  const thumbsDown = (traceId: string, more = {}) => ({ traceId, key: "thumbs", score: 0, source: "user", ...more });

  it("stores one signal a detector, however often a root arrives", async () => {
    const { start, receive, detectorsOf, project, signals } = await open("once");
    const queue = start();
    const [root] = receive(failedRoot());
    for (let times = 0; times < 3; times++) {
      queue.onCompleted(project, [root as CompletedRoot]);
      await queue.settled();
    }
    expect(await detectorsOf(root as CompletedRoot)).toEqual(["error"]);
    const windows = { recentFrom: new Date(0), earlierFrom: new Date(0) };
    expect(await signals.tally(project, windows, { limit: 10 })).toMatchObject([
      { failure: "F-1", signals: 1, traces: 1, users: 1, maxSeverity: 3, byRelease: { "R-1": 1 } },
    ]);
  });

  it("looks again at a trace that gets spans after its root, a bounded number of times", async () => {
    const { start, receive, detectorsOf, project, store, others } = await open("late");
    const [root] = receive(failedRoot({ status: "ok" })) as [CompletedRoot];
    const span = { name: "answer", statusMessage: "", input: [], inputBytes: 0, output: [] };
    const own: ExaminedSpan = { ...span, spanId: root.spanId, parentSpanId: null, kind: "agent", status: "ok" };
    const late: ExaminedSpan = {
      ...span,
      spanId: "2".repeat(16),
      parentSpanId: root.spanId,
      kind: "tool",
      status: "error",
    };
    let seen = 0;
    const findSpans = async () => new Map([[root.traceId, seen++ === 0 ? [own] : [own, late]]]);
    const examine = createExaminer(
      store,
      () => {},
      () => new Date(),
      { ...others, findSpans },
    );
    const queue = start(examine);
    const onSpan = async (traceId: string) => {
      queue.onStored([{ project, traceId }]);
      await queue.settled();
    };
    await onSpan(root.traceId);
    expect(seen).toBe(0);
    queue.onCompleted(project, [root]);
    await queue.settled();
    expect(await detectorsOf(root)).toEqual([]);
    await onSpan(root.traceId);
    expect(await detectorsOf(root)).toEqual(["error"]);
    for (let times = 0; times < 20; times++) await onSpan(root.traceId);
    expect(seen).toBe(10);
  });

  it("takes up after a crash what was acknowledged but not examined", async () => {
    const { start, receive, detectorsOf, feedback, project, store } = await open("crash");
    const roots = receive(...Array.from({ length: 120 }, () => failedRoot()), failedRoot({ status: "ok" }));
    await feedback.record(project, thumbsDown(roots[120]?.traceId as string));
    // The first process dies here: nobody was told of the traces or the feedback.
    const queue = start();
    await queue.resume();
    await queue.settled();
    for (const root of [roots[0], roots[60], roots[119]])
      expect(await detectorsOf(root as CompletedRoot)).toEqual(["error"]);
    expect(await detectorsOf(roots[120] as CompletedRoot)).toEqual(["thumbs-down"]);
    expect(await store.findOptionalCursor(project.id)).toBeDefined();
  });

  it("looks again at a trace that it took up after a crash, when more of its spans come", async () => {
    const { start, receive, project } = await open("crash-late");
    const [root] = receive(failedRoot()) as [CompletedRoot];
    let times = 0;
    const queue = start(async () => void times++);
    await queue.resume();
    await queue.settled();
    queue.onStored([{ project, traceId: root.traceId }]);
    await queue.settled();
    expect(times).toBe(2);
  });

  it("does not move its mark past a trace that still waits", async () => {
    const { start, receive, project, store } = await open("mark");
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const queue = start(() => held);
    const before = Date.now();
    queue.onCompleted(project, receive(failedRoot()));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await store.findOptionalCursor(project.id)).toBeUndefined();
    release();
    await queue.settled();
    const mark = Date.parse((await store.findOptionalCursor(project.id)) ?? "");
    expect(mark).toBeLessThanOrEqual(Date.now() - 60_000);
    expect(mark).toBeGreaterThanOrEqual(before - 61_000);
  });

  it("takes up feedback on old traces, however many traces came after it", async () => {
    const { start, receive, received, project, feedback, store } = await open("pages");
    const [old] = receive(failedRoot()) as [CompletedRoot];
    await feedback.record(project, thumbsDown(old.traceId));
    await store.saveCursor(project.id, new Date(Date.now() - 30_000).toISOString());
    receive(...Array.from({ length: 6500 }, () => failedRoot()));
    // The trace is long examined; those after its feedback fill more than a page.
    for (const root of received) {
      const ageMs = root.traceId === old.traceId ? -3600_000 : 60_000 + Number.parseInt(root.traceId.slice(-8), 16);
      root.receivedAt = new Date(Date.now() + ageMs).toISOString();
    }
    const examined = new Set<string>();
    const queue = start(async (_, examinees) => {
      for (const { traceId } of examinees) examined.add(traceId);
    });
    await queue.resume();
    await queue.settled();
    expect(examined.size).toBe(6501);
    expect(examined).toContain(old.traceId);
  });

  it("takes up one project while the engine cannot list another", async () => {
    const { project: stuck } = await open("stuck");
    const { project: fine, store } = await open("beside-stuck");
    const examined = Promise.withResolvers<string>();
    const queue = createExaminationQueue(
      store,
      async (scope) => examined.resolve(scope.slug),
      () => {},
      () => new Date(),
      log,
      {
        listProjects: async () => [stuck, fine],
        listCompletedRoots: async (scope) => {
          if (scope.id === stuck.id) throw new Error("too much");
          return [{ ...failedRoot(), receivedAt: new Date().toISOString() }];
        },
        listTracesWithFeedback: async () => [],
        isBusy: () => false,
      },
    );
    await queue.resume();
    expect(await examined.promise).toBe(fine.slug);
    await queue.close();
  });

  it("examines a trace as a whole that ended while its feedback could not be examined", async () => {
    const { start, receive, project } = await open("overtaken");
    const [root] = receive(failedRoot()) as [CompletedRoot];
    let wasWhole = false;
    let failuresLeft = 2;
    const queue = start(async (_, [examinee]) => {
      if (failuresLeft-- > 0) {
        queue.onCompleted(project, [root]);
        throw new ProblemError("unavailable", "The engine does not answer.");
      }
      wasWhole ||= examinee?.root !== undefined;
    });
    queue.onFeedback(project, root.traceId);
    await queue.settled();
    expect(wasWhole).toBe(true);
  });

  it("keeps a bounded queue and finds the rest in the engine", async () => {
    const { start, receive, project } = await open("flood");
    const examined = new Set<string>();
    const queue = start(async (_, examinees) => {
      for (const { traceId } of examinees) examined.add(traceId);
    });
    queue.onCompleted(project, receive(...Array.from({ length: 10_500 }, () => failedRoot())));
    await queue.settled();
    expect(examined.size).toBe(10_500);
  });

  it("goes on past a trace that cannot be examined", async () => {
    const { start, receive, project, detectorsOf, store, others } = await open("poison");
    const [bad, good] = receive(failedRoot(), failedRoot());
    const examine = createExaminer(
      store,
      () => {},
      () => new Date(),
      {
        ...others,
        findSpans: async (_, traceIds) => {
          if (traceIds.includes(bad?.traceId ?? "")) throw new Error("unreadable");
          return new Map();
        },
      },
    );
    const queue = start(examine);
    queue.onCompleted(project, [bad as CompletedRoot, good as CompletedRoot]);
    await queue.settled();
    expect(await detectorsOf(good as CompletedRoot)).toEqual(["error"]);
    expect(await detectorsOf(bad as CompletedRoot)).toEqual([]);
    expect(queue.renderMetrics()).toContain("ratchet_examinations_dropped_total 1\n");
  });

  it("writes nothing of a project after it was forgotten", async () => {
    const { start, receive, project, store, others, signals } = await open("forgotten");
    const roots = receive(...Array.from({ length: 60 }, () => failedRoot()));
    const examined = Promise.withResolvers<void>();
    const examine = createExaminer(
      store,
      () => {},
      () => new Date(),
      { ...others, findSpans: () => examined.promise.then(() => new Map()) },
    );
    const queue = start(examine);
    queue.onCompleted(project, roots);
    const forgotten = queue.forget(project, "all");
    examined.resolve();
    await forgotten;
    await engines.clickhouse.command("DELETE FROM signals WHERE project_id = {project:UInt32}", {
      project: project.id,
    });
    await queue.settled();
    const left = await signals.summarise(
      project,
      roots.map(({ traceId }) => traceId),
    );
    expect(left.size).toBe(0);
  });

  it("waits for an engine that is away, and loses no trace to it", async () => {
    const { start, receive, project, detectorsOf, store, others } = await open("away");
    let failuresLeft = 7;
    const examine = createExaminer(
      store,
      () => {},
      () => new Date(),
      {
        ...others,
        findSpans: async () => {
          if (failuresLeft-- > 0) throw new ProblemError("unavailable", "The engine does not answer.");
          return new Map();
        },
      },
    );
    const queue = start(examine);
    const [root] = receive(failedRoot());
    queue.onCompleted(project, [root as CompletedRoot]);
    await queue.settled();
    expect(await detectorsOf(root as CompletedRoot)).toEqual(["error"]);
  });

  it("judges feedback that came before its trace once the trace is there", async () => {
    const { start, listen, receive, project, feedback, detectorsOf } = await open("early");
    const queue = listen(start());
    const root = failedRoot({ status: "ok" });
    await feedback.record(project, thumbsDown(root.traceId, { source: "simulated" }));
    await queue.settled();
    expect(await detectorsOf(root)).toEqual([]);
    queue.onCompleted(project, receive(root));
    await queue.settled();
    expect(await detectorsOf(root)).toEqual(["thumbs-down"]);
  });

  it("withdraws a signal when the same judgement is sent again for another trace", async () => {
    const { start, listen, receive, project, feedback, detectorsOf } = await open("mistaken");
    const queue = listen(start());
    const [wrong] = receive(failedRoot({ status: "ok" })) as [CompletedRoot];
    const [right] = receive(failedRoot({ status: "ok" })) as [CompletedRoot];
    queue.onCompleted(project, [wrong, right]);
    const id = "00000000-0000-4000-8000-000000000002";
    await feedback.record(project, thumbsDown(wrong.traceId, { id }));
    await queue.settled();
    expect(await detectorsOf(wrong)).toEqual(["thumbs-down"]);
    await feedback.record(project, thumbsDown(right.traceId, { id }));
    await queue.settled();
    expect(await detectorsOf(right)).toEqual(["thumbs-down"]);
    expect(await detectorsOf(wrong)).toEqual([]);
    expect(await feedback.listForTrace(project, wrong.traceId)).toEqual([]);
  });

  it("withdraws a signal when the person takes the judgement back", async () => {
    const { start, listen, receive, project, feedback, detectorsOf } = await open("sorry");
    const queue = listen(start());
    const [root] = receive(failedRoot());
    const id = "00000000-0000-4000-8000-000000000001";
    queue.onCompleted(project, [root as CompletedRoot]);
    await feedback.record(project, thumbsDown(root?.traceId as string, { id }));
    await queue.settled();
    expect(await detectorsOf(root as CompletedRoot)).toEqual(["error", "thumbs-down"]);
    await feedback.record(project, { ...thumbsDown(root?.traceId as string, { id }), score: 1 });
    await queue.settled();
    expect(await detectorsOf(root as CompletedRoot)).toEqual(["error"]);
  });

  it("tells rollouts of every exposure, and of failures of severity 2 or more", async () => {
    const { start, listen, receive, project, feedback, told } = await open("exposed");
    const queue = listen(start());
    const [fine, failed] = receive(failedRoot({ status: "ok", exposure }), failedRoot({ exposure }));
    queue.onCompleted(project, [fine as CompletedRoot, failed as CompletedRoot]);
    await queue.settled();
    expect(told).toEqual(["exposed acme/app#7", "exposed acme/app#7", "failed error"]);
    const mild = { traceId: fine?.traceId as string, key: "correction", score: 0, value: "+docs", source: "user" };
    await feedback.record(project, mild);
    await queue.settled();
    expect(told.filter((each) => each.startsWith("failed"))).toEqual(["failed error"]);
    await feedback.record(project, thumbsDown(fine?.traceId as string));
    await queue.settled();
    expect(told.at(-1)).toBe("failed thumbs-down");
  });

  it("keeps what a client's fast clock says out of the future", async () => {
    const { start, receive, project, signals } = await open("clock");
    const queue = start();
    const [root] = receive(failedRoot({ startTime: "2099-01-01T00:00:00.000Z" }));
    queue.onCompleted(project, [root as CompletedRoot]);
    await queue.settled();
    const [signal] = await signals.listForTrace(project, root?.traceId as string);
    expect(Date.parse(signal?.createdAt ?? "")).toBeLessThanOrEqual(Date.now());
  });
});

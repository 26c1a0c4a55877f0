/** Examines completed traces and their feedback: detects, hands new signals on, stores them. */
import type { Feedback, ServerEvent } from "@ratchet/protocol";
import { createAnnouncer } from "../announce.ts";
import type { ProjectScope } from "../router.ts";
import type { CompletedRoot } from "../telemetry/completed-root.ts";
import type { TextChoice } from "../traces/traces.ts";
import { chooseTexts, type Detection, detectInFeedback, detectInTrace, readsFeedback } from "./detect.ts";
import type { DurationHistory, ExaminedSpan } from "./evidence.ts";
import { minSlowMs } from "./slow.ts";
import type { SignalRow, SignalStore } from "./store.ts";

/** A root, or only the id of a trace that got feedback. */
export type Examinee = { traceId: string; root: CompletedRoot } | { traceId: string; root?: undefined };

type ExposedRoot = CompletedRoot & { exposure: NonNullable<CompletedRoot["exposure"]> };
export type ExposedFailure = Pick<ExposedRoot, "traceId" | "startTime" | "exposure"> & {
  detector: string;
  reason: string;
};

/** What the examination asks of other features. */
export interface ExaminationDependencies {
  /** By trace id, in order of their start. */
  findSpans(
    project: ProjectScope,
    traceIds: readonly string[],
    chooseTexts: (traceId: string) => TextChoice,
  ): Promise<Map<string, ExaminedSpan[]>>;
  /** Those of these traces whose root has arrived and ended. */
  findCompletedRoots(project: ProjectScope, traceIds: readonly string[]): Promise<CompletedRoot[]>;
  /** Of completed traces of that name that started before the moment. */
  durationHistory(project: ProjectScope, traceName: string, before: string): Promise<DurationHistory>;
  listFeedback(project: ProjectScope, traceIds: readonly string[]): Promise<Feedback[]>;
  /** The failure of each signal, in the same order. */
  recordFailures(project: ProjectScope, signals: readonly { detector: string; traceName: string }[]): Promise<string[]>;
  /** Exposures first, then the failures among them; either may be told again after a crash. */
  onExposures(project: ProjectScope, roots: readonly ExposedRoot[]): Promise<void>;
  /** New signals of severity 2 or more on exposed traces. */
  onExposedFailures(project: ProjectScope, failures: readonly ExposedFailure[]): Promise<void>;
}

const noHistory: DurationHistory = { count: 0, p95Ms: null };

/**
 * Examines traces of one project. Doing it again changes nothing: a trace has one signal a detector. Only a signal from
 * feedback changes, with the feedback. Others hear of signals before they are stored, so a crash between the two is
 * made good by the next examination.
 */
export function createExaminer(
  store: SignalStore,
  publish: (event: ServerEvent) => void,
  now: () => Date,
  others: ExaminationDependencies,
) {
  const announce = createAnnouncer(publish);
  return async (project: ProjectScope, examinees: readonly Examinee[]): Promise<void> => {
    const roots = await findRoots(project, examinees);
    if (roots.size === 0) return;
    const isComplete = new Set(examinees.filter((examinee) => examinee.root).map((examinee) => examinee.traceId));
    const traceIds = [...roots.keys()];
    const stored = Map.groupBy(await store.list(project.id, traceIds), (row) => row.traceId);
    const feedback = Map.groupBy(await others.listFeedback(project, traceIds), (given) => given.traceId);
    const spans = await findSpans(project, [...isComplete], roots);
    const histories = new Map<string, DurationHistory>();

    const fresh: { root: CompletedRoot; detection: Detection }[] = [];
    const withdrawn: SignalRow[] = [];
    for (const root of roots.values()) {
      const known = stored.get(root.traceId) ?? [];
      const fromFeedback = detectInFeedback(feedback.get(root.traceId) ?? []);
      const fromTrace = isComplete.has(root.traceId)
        ? detectInTrace({
            root,
            spans: spans.get(root.traceId) ?? [],
            history: await findHistory(project, root, histories),
          })
        : [];
      for (const detection of [...fromTrace, ...fromFeedback])
        if (isNews(detection, known)) fresh.push({ root, detection });
      withdrawn.push(
        ...known.filter(
          (row) => readsFeedback(row.detector) && !fromFeedback.some(({ detector }) => detector === row.detector),
        ),
      );
    }
    await hand(project, [...roots.values()], fresh);
    await keep(project, fresh, withdrawn);
  };

  async function findRoots(project: ProjectScope, examinees: readonly Examinee[]) {
    const given = examinees.flatMap((examinee) => examinee.root ?? []);
    const missing = examinees.filter((examinee) => examinee.root === undefined).map((examinee) => examinee.traceId);
    const found = missing.length === 0 ? [] : await others.findCompletedRoots(project, missing);
    return new Map([...found, ...given].map((root) => [root.traceId, root]));
  }

  async function findSpans(
    project: ProjectScope,
    traceIds: readonly string[],
    roots: ReadonlyMap<string, CompletedRoot>,
  ): Promise<Map<string, ExaminedSpan[]>> {
    if (traceIds.length === 0) return new Map();
    return others.findSpans(project, traceIds, (traceId) => chooseTexts(roots.get(traceId)));
  }

  /** Asked once a name and batch, and only for traces that may be slow at all. */
  async function findHistory(project: ProjectScope, root: CompletedRoot, known: Map<string, DurationHistory>) {
    if (root.durationMs <= minSlowMs) return noHistory;
    const history = known.get(root.name) ?? (await others.durationHistory(project, root.name, root.startTime));
    known.set(root.name, history);
    return history;
  }

  async function hand(
    project: ProjectScope,
    roots: readonly CompletedRoot[],
    fresh: readonly { root: CompletedRoot; detection: Detection }[],
  ) {
    const exposed = roots.filter(isExposed);
    if (exposed.length > 0) await others.onExposures(project, exposed);
    const failures = fresh.flatMap(({ root, detection: { detector, reason, severity, simulated } }) =>
      severity >= 2 && isExposed(root)
        ? [{ traceId: root.traceId, startTime: root.startTime, exposure: root.exposure, detector, reason, simulated }]
        : [],
    );
    if (failures.length > 0) await others.onExposedFailures(project, failures);
  }

  async function keep(
    project: ProjectScope,
    fresh: readonly { root: CompletedRoot; detection: Detection }[],
    withdrawn: readonly SignalRow[],
  ) {
    const at = now();
    const keys = fresh.map(({ root, detection: { detector } }) => ({ detector, traceName: root.name }));
    const failures = keys.length === 0 ? [] : await others.recordFailures(project, keys);
    const rows = fresh.map(({ root, detection }, index) => toRow(root, detection, failures[index] ?? "", at));
    await store.insert(project.id, rows, at.getTime());
    await store.withdraw(project.id, withdrawn, at.getTime());
    const changed = [...rows, ...withdrawn];
    announce({ type: "signal", project: project.slug }, new Set(changed.map((row) => row.traceId)));
    announce({ type: "failure", project: project.slug }, new Set(changed.map((row) => row.failure)));
  }
}

function isExposed(root: CompletedRoot): root is ExposedRoot {
  return root.exposure !== null;
}

/** What a trace showed once stands; what feedback says is as its newest state. */
function isNews(detection: Detection, known: readonly SignalRow[]): boolean {
  const same = known.find((row) => row.detector === detection.detector);
  if (same === undefined) return true;
  return (
    readsFeedback(detection.detector) && (same.severity !== detection.severity || same.reason !== detection.reason)
  );
}

function toRow(root: CompletedRoot, detection: Detection, failure: string, now: Date): SignalRow {
  const { detector, spanId, severity, reason, simulated, at } = detection;
  return {
    traceId: root.traceId,
    spanId,
    detector,
    severity,
    reason,
    failure,
    simulated,
    // A client's clock may run ahead; a signal from the future would never leave the newest slice.
    createdAt: Date.parse(at) > now.getTime() ? now.toISOString() : at,
    traceName: root.name,
    userId: root.userId ?? "",
    release: root.release ?? "",
  };
}

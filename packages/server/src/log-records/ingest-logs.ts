/** The way of a logs export: check → messages, events and evaluations → batch → insert → tell. */
import { setImmediate } from "node:timers/promises";
import type { ServerEvent } from "@ratchet/protocol";
import type { Projects } from "../access/projects.ts";
import { createAnnouncer } from "../announce.ts";
import { ProblemError } from "../problem.ts";
import { renderMetric } from "../render-metric.ts";
import type { ProjectScope } from "../router.ts";
import { createBatcher, type Sized } from "../telemetry/batch.ts";
import { findTimeFault } from "../telemetry/check-span.ts";
import { createOwnerFinder } from "../telemetry/find-owner.ts";
import type { OtlpLogRecord, OtlpLogResource } from "../telemetry/otlp-logs.ts";
import { createPayloadMemory, type NewPayload } from "../telemetry/payloads.ts";
import { createRejections, type Rejected } from "../telemetry/rejections.ts";
import { evaluationEvent, readEvaluation } from "./evaluation.ts";
import type { RecordEvaluations, SentEvaluation } from "./record-evaluations.ts";
import type { LogRecordStore } from "./store.ts";
import { createRecordIds, type LogRecord, toLogRecord } from "./to-log-record.ts";

/** Some 50 ms of work; then other requests get their turn. */
const recordsPerTurn = 1000;
/** What a row costs beside its texts. */
const rowBytes = 300;

export interface LogIngestParts {
  store: LogRecordStore;
  insertPayloads: (payloads: readonly NewPayload[]) => Promise<void>;
  projects: Pick<Projects, "findScope">;
  recordEvaluations: RecordEvaluations;
  publish: (event: ServerEvent) => void;
  /** Called once messages are durable: what was examined without them is examined again. */
  onMessages: (project: ProjectScope, traceId: string) => void;
  /** Called once records are durable, with the ids of their projects. */
  onStored: (projectIds: Iterable<number>) => Promise<void>;
  now: () => Date;
  /** A sentence why a record is not taken although it is well-formed, as its trace was deleted. */
  findRefusal?: (project: ProjectScope, traceId: string, startMicros: number) => string | null;
}

type SizedRecord = Sized & { record: LogRecord };

export function createLogIngest(parts: LogIngestParts) {
  const { store, projects, recordEvaluations, publish, onMessages, onStored, now, findRefusal = () => null } = parts;
  const payloads = createPayloadMemory();
  const announce = createAnnouncer(publish);
  /** Exports that are not answered yet. */
  const underWay = new Set<Promise<unknown>>();
  let acceptedRecords = 0;
  let rejectedRecords = 0;

  const insert = async (batch: SizedRecord[]): Promise<null[]> => {
    const records = batch.map(({ record }) => record);
    const { references, fresh, underWay: others } = payloads.split(records);
    const inserting = parts.insertPayloads(fresh);
    payloads.remember(fresh, inserting);
    await Promise.all([inserting, ...others]);
    await store.insert(records, references, now().getTime() * 1000);
    acceptedRecords += records.length;
    await onStored(new Set(records.map(({ project }) => project.id)));
    for (const [project, ofProject] of Map.groupBy(records, (record) => record.project)) {
      announce({ type: "trace", project: project.slug }, new Set(ofProject.map(({ traceId }) => traceId)));
      const withMessages = ofProject.filter(({ input, output }) => input.length + output.length > 0);
      for (const traceId of new Set(withMessages.map((record) => record.traceId))) onMessages(project, traceId);
    }
    return batch.map(() => null);
  };
  const batcher = createBatcher(insert);

  return {
    /**
     * Stores what belongs to a span; resolves when it is durable.
     *
     * @throws ProblemError `too-busy` when the queue is full, `unavailable` when the engine fails.
     */
    async accept(resources: OtlpLogResource[], project: ProjectScope, isProjectNamed: boolean): Promise<Rejected> {
      const accepting = acceptGood(resources, project, isProjectNamed);
      underWay.add(accepting);
      return accepting.finally(() => underWay.delete(accepting));
    },

    /**
     * Call it before traces are deleted. Resolves when all that came of them before is stored, so that the deletion finds
     * it; from now on their texts are stored anew.
     */
    async forget(project: ProjectScope, traceIds: readonly string[] | "all"): Promise<void> {
      payloads.forget(project.id, traceIds);
      await Promise.allSettled(underWay);
      payloads.forget(project.id, traceIds);
    },

    /** Resolves when everything accepted is durable; refuses what comes from now on. */
    drain: () => batcher.drain(),

    /** In Prometheus's text format. */
    renderMetrics: () =>
      [
        renderMetric("ratchet_log_records_accepted_total", "counter", "Log records that are durable.", acceptedRecords),
        renderMetric(
          "ratchet_log_records_rejected_total",
          "counter",
          "Log records refused by partial success, as those of no span.",
          rejectedRecords,
        ),
        renderMetric("ratchet_ingest_queue_log_records", "gauge", "Records that wait.", batcher.queuedSpans),
      ].join(""),
  };

  async function acceptGood(
    resources: OtlpLogResource[],
    project: ProjectScope,
    isProjectNamed: boolean,
  ): Promise<Rejected> {
    const rejections = createRejections();
    const findOwner = createOwnerFinder(projects, project, isProjectNamed);
    const toId = createRecordIds();
    const accepted: SizedRecord[] = [];
    const evaluations: SentEvaluation[] = [];
    let seen = 0;
    for (const resource of resources) {
      const owner = await findOwner(resource);
      for (const sent of resource.records) {
        if (++seen % recordsPerTurn === 0) await setImmediate();
        const fault = typeof owner === "string" ? owner : findFault(sent, owner);
        if (fault !== null) rejections.add(fault);
        else if (sent.eventName !== evaluationEvent) {
          accepted.push(toSized(toLogRecord(sent, toId(sent), owner as ProjectScope, now().getTime() * 1000)));
        } else {
          const evaluation = toEvaluation(sent, owner as ProjectScope);
          if (evaluation) evaluations.push(evaluation);
          else rejections.add("A gen_ai.evaluation.result has no gen_ai.evaluation.name, or no result.");
        }
      }
    }
    try {
      if (accepted.length > 0) await batcher.add(accepted);
      for (const complaint of await recordEvaluations(evaluations)) rejections.add(complaint);
    } catch (error) {
      throw error instanceof ProblemError ? error : toUnavailable(error);
    }
    rejectedRecords += rejections.count;
    return rejections.toRejected();
  }

  function findFault(sent: OtlpLogRecord, project: ProjectScope): string | null {
    const { traceId, spanId, timeMicros, eventName } = sent;
    const isOfTrace = isId(traceId, 32);
    const isEvaluation = eventName === evaluationEvent;
    if (!(isOfTrace && isId(spanId, 16)) && !(isEvaluation && (isOfTrace || isAbsent(traceId)))) {
      return isAbsent(traceId) || isAbsent(spanId)
        ? "Log records without a span context are not kept: only what belongs to a span is."
        : `The trace id ${quote(traceId)} or the span id ${quote(spanId)} is none.`;
    }
    if (timeMicros !== 0) {
      const fault = findTimeFault(timeMicros, now());
      if (fault !== null) return `A log record ${fault}`;
    }
    return isOfTrace ? findRefusal(project, traceId, timeMicros || now().getTime() * 1000) : null;
  }
}

function toEvaluation(sent: OtlpLogRecord, project: ProjectScope): SentEvaluation | null {
  const evaluation = readEvaluation(sent.attributes, sent.timeMicros);
  if (!evaluation) return null;
  const { traceId, spanId } = sent;
  return {
    project,
    traceId: isAbsent(traceId) ? null : traceId,
    spanId: isId(spanId, 16) ? spanId : null,
    evaluation,
  };
}

function toSized(record: LogRecord): SizedRecord {
  const texts = [...record.input, ...record.output].map((payload) => payload.content);
  const kept = [...texts, ...Object.values(record.attributes)];
  return { record, sizeBytes: kept.reduce((sum, text) => sum + text.length, rowBytes) };
}

function toUnavailable(cause: unknown): ProblemError {
  return new ProblemError(
    "unavailable",
    "The log records could not be stored. Retry later; the server's log says why.",
    { retryAfterSeconds: 5, cause },
  );
}

function isId(id: string, digits: number): boolean {
  return id.length === digits && /^[0-9a-f]+$/.test(id) && !isAbsent(id);
}

function isAbsent(id: string): boolean {
  return /^0*$/.test(id);
}

function quote(id: string): string {
  return JSON.stringify(id.slice(0, 40));
}

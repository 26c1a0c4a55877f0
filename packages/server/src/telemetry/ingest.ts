/** The way of an export through the feature: check → normalise → price → batch → write → tell. */
import { setImmediate } from "node:timers/promises";
import type { ServerEvent } from "@ratchet/protocol";
import type { Projects } from "../access/projects.ts";
import { createAnnouncer } from "../announce.ts";
import { ProblemError } from "../problem.ts";
import type { ProjectScope } from "../router.ts";
import { createBatcher, type Sized } from "./batch.ts";
import { findFault } from "./check-span.ts";
import { type OnCompleted, toCompletedRoot } from "./completed-root.ts";
import { createOwnerFinder } from "./find-owner.ts";
import { createTelemetryMetrics } from "./metrics.ts";
import { normalise } from "./normalise.ts";
import type { OtlpResource } from "./otlp.ts";
import { createPricer, type Pricer, readRequestModel } from "./price.ts";
import type { RecentTexts } from "./recent-texts.ts";
import { createRejections, type Rejected } from "./rejections.ts";
import { createSpaceWatch } from "./space-watch.ts";
import type { Span } from "./span.ts";
import type { TelemetryStore } from "./store.ts";
import { createWriter, type Refusal } from "./writer.ts";

/** Some 50 ms of work; then other requests get their turn. */
const spansPerTurn = 1000;
/** As many as one insert takes when there is much to store. */
const busySpans = 2000;
/** What a row costs beside its texts. */
const rowBytes = 500;

export interface IngestParts {
  store: TelemetryStore;
  projects: Pick<Projects, "findScope" | "recordFirstSpan">;
  publish: (event: ServerEvent) => void;
  onCompleted: OnCompleted;
  /** Called once spans are durable, and before their exports are answered: what it stores is durable then too. */
  onStored?: (spans: readonly Span[]) => Promise<void>;
  now: () => Date;
  /** Keeps what detectors are about to read. */
  recentTexts?: RecentTexts;
  /** Of the engine's disk: with less nothing is taken. 0 when absent: the engine itself says when it is full. */
  minFreeBytes?: number;
  /** What the project's calls cost; by the public price table alone where it is absent. Asked for once a resource: must be quick. */
  findPricer?: (project: ProjectScope) => Promise<Pricer>;
  /** A sentence why a span is not taken although it is well-formed, as its trace was deleted. Asked for each span. */
  findRefusal?: (project: ProjectScope, traceId: string, startMicros: number) => string | null;
}

type SizedSpan = Sized & { span: Span };

export function createIngest({ store, projects, publish, onCompleted, now, ...parts }: IngestParts) {
  const priceByTable = createPricer();
  const { findPricer = async () => priceByTable, findRefusal = () => null, onStored = async () => {} } = parts;
  const writer = createWriter(store, now, parts.recentTexts);
  const space = createSpaceWatch(store.findFreeBytes, parts.minFreeBytes ?? 0);
  const metrics = createTelemetryMetrics();
  const announce = createAnnouncer(publish);
  /** Projects that are known to have spans. */
  const begun = new Set<number>();
  /** Exports that are not answered yet. */
  const underWay = new Set<Promise<unknown>>();

  const insert = async (batch: SizedSpan[]): Promise<Refusal[]> => {
    const startMs = performance.now();
    const refusals = await writer.write(batch.map(({ span }) => span));
    const spans = batch.flatMap(({ span }, index) => (refusals[index] === null ? [span] : []));
    await onStored(spans);
    metrics.countInsert(performance.now() - startMs);
    metrics.countAccepted(spans.length);
    for (const [project, ofProject] of Map.groupBy(spans, (span) => span.project)) {
      announce({ type: "trace", project: project.slug }, new Set(ofProject.map((span) => span.traceId)));
      const roots = ofProject.map(toCompletedRoot).filter((root) => root !== null);
      if (roots.length > 0) onCompleted(project, roots);
    }
    return refusals;
  };
  const batcher = createBatcher(insert);

  return {
    /**
     * Stores the good spans of an export; resolves when they are durable.
     *
     * @param project Of the request. Where the request names none, a resource's `ratchet.project` decides.
     * @throws ProblemError `too-busy` when the queue is full, `unavailable` when the engine fails.
     */
    async accept(resources: OtlpResource[], project: ProjectScope, isProjectNamed: boolean): Promise<Rejected> {
      space.assertRoom();
      const accepting = acceptGood(resources, project, isProjectNamed);
      underWay.add(accepting);
      return accepting.finally(() => underWay.delete(accepting));
    },

    /**
     * Call it before traces are deleted. Resolves when all that came of them before is stored, so that the deletion
     * finds it; from now on their texts are stored anew. What must not come back at all is `findRefusal`'s matter: let it
     * refuse before this is called.
     */
    async forget(project: ProjectScope, traceIds: readonly string[] | "all"): Promise<void> {
      writer.forget(project.id, traceIds);
      await Promise.allSettled(underWay);
      writer.forget(project.id, traceIds);
    },

    /** For what is stored beside spans. @throws ProblemError `unavailable` while the disk is full. */
    assertRoom: () => space.assertRoom(),

    /** More waits to be stored than one insert takes. */
    isBusy: () => batcher.queuedSpans > busySpans,

    /** False while the disk is full. */
    isReady: () => space.hasRoom(),

    /** Resolves when everything accepted is durable; refuses what comes from now on. */
    drain: () => batcher.drain(),

    /** In Prometheus's text format. */
    renderMetrics: () => metrics.render(batcher.queuedSpans),
  };

  async function acceptGood(
    resources: OtlpResource[],
    project: ProjectScope,
    isProjectNamed: boolean,
  ): Promise<Rejected> {
    const rejections = createRejections();
    const accepted: SizedSpan[] = [];
    const findOwner = createOwnerFinder(projects, project, isProjectNamed);
    let seen = 0;
    for (const resource of resources) {
      const owner = await findOwner(resource);
      const price = typeof owner === "string" ? priceByTable : await findPricer(owner);
      for (const span of resource.spans) {
        if (++seen % spansPerTurn === 0) await setImmediate();
        const fault =
          typeof owner === "string"
            ? owner
            : (findFault(span, now()) ?? findRefusal(owner, span.traceId, span.startMicros));
        if (fault !== null) rejections.add(fault);
        else accepted.push(toSized(priced(normalise(span, resource.attributes, owner as ProjectScope), price)));
      }
    }
    if (accepted.length > 0) {
      for (const refusal of await addToBatch(accepted)) if (refusal !== null) rejections.add(refusal);
    }
    metrics.countRejected(rejections.count);
    return rejections.toRejected();
  }

  async function addToBatch(accepted: SizedSpan[]): Promise<Refusal[]> {
    const refusals = await batcher.add(accepted).catch((error: unknown) => {
      if (error instanceof ProblemError) throw error;
      if (store.toFault(error) === "space") throw space.reportFull(error);
      throw new ProblemError("unavailable", "The spans could not be stored. Retry later; the server's log says why.", {
        retryAfterSeconds: 5,
        cause: error,
      });
    });
    for (const project of new Map(accepted.map(({ span }) => [span.project.id, span.project])).values()) {
      if (begun.has(project.id)) continue;
      await projects.recordFirstSpan(project);
      begun.add(project.id);
    }
    return refusals;
  }
}

function priced(span: Span, price: Pricer): Span {
  const { model, usage, provider, startMicros, attributes } = span;
  if (span.costUsd !== null || usage === null) return span;
  const cost = price({ model, requestModel: readRequestModel(attributes), usage, provider, startMicros });
  return cost ? { ...span, costUsd: cost.costUsd, costSource: cost.source } : span;
}

function toSized(span: Span): SizedSpan {
  const payloads = [...span.input, ...span.output];
  const texts = [...payloads.map((payload) => payload.content), ...Object.values(span.attributes)];
  const mediaBytes = span.attachments.reduce((sum, { content }) => sum + content.length, rowBytes);
  return { span, sizeBytes: texts.reduce((sum, text) => sum + text.length, mediaBytes) };
}

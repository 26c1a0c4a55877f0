/** The way of an export through the feature: check → normalise → price → batch → insert → tell. */
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
import { createPayloadMemory } from "./payloads.ts";
import { createPricer, type Pricer, readRequestModel } from "./price.ts";
import { createRejections, type Rejected } from "./rejections.ts";
import type { Span } from "./span.ts";
import type { TelemetryStore } from "./store.ts";

/** Some 50 ms of work; then other requests get their turn. */
const spansPerTurn = 1000;
/** What a row costs beside its texts. */
const rowBytes = 500;

export interface IngestParts {
  store: TelemetryStore;
  projects: Pick<Projects, "findScope" | "recordFirstSpan">;
  publish: (event: ServerEvent) => void;
  onCompleted: OnCompleted;
  now: () => Date;
  /** What the project's calls cost; by the public price table alone where it is absent. Asked for once a resource: must be quick. */
  findPricer?: (project: ProjectScope) => Promise<Pricer>;
  /** A sentence why a span is not taken although it is well-formed, as its trace was deleted. Asked for each span. */
  findRefusal?: (project: ProjectScope, traceId: string, startMicros: number) => string | null;
}

type SizedSpan = Sized & { span: Span };

export function createIngest({ store, projects, publish, onCompleted, now, ...parts }: IngestParts) {
  const priceByTable = createPricer();
  const { findPricer = async () => priceByTable, findRefusal = () => null } = parts;
  const memory = createPayloadMemory();
  const metrics = createTelemetryMetrics();
  const announce = createAnnouncer(publish);
  const nextReceivedMicros = createReceiptClock(now);
  /** Projects that are known to have spans. */
  const begun = new Set<number>();

  const insert = async (batch: SizedSpan[]): Promise<void> => {
    const startMs = performance.now();
    const spans = batch.map(({ span }) => span);
    const { references, fresh } = memory.split(spans);
    await store.insertPayloads(fresh);
    memory.remember(fresh);
    await store.insertSpans(spans, references, nextReceivedMicros(spans.length));
    metrics.countInsert(performance.now() - startMs);
    metrics.countAccepted(spans.length);
    for (const [project, ofProject] of Map.groupBy(spans, (span) => span.project)) {
      announce({ type: "trace", project: project.slug }, new Set(ofProject.map((span) => span.traceId)));
      const roots = ofProject.map(toCompletedRoot).filter((root) => root !== null);
      if (roots.length > 0) onCompleted(project, roots);
    }
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
      metrics.countRejected(rejections.count);
      if (accepted.length > 0) await addToBatch(accepted);
      return rejections.toRejected();
    },

    /** Resolves when everything accepted is durable; refuses what comes from now on. */
    drain: () => batcher.drain(),

    /** In Prometheus's text format. */
    renderMetrics: () => metrics.render(batcher.queuedSpans),
  };

  async function addToBatch(accepted: SizedSpan[]): Promise<void> {
    try {
      await batcher.add(accepted);
    } catch (error) {
      if (error instanceof ProblemError) throw error;
      throw new ProblemError("unavailable", "The spans could not be stored. Retry later; the server's log says why.", {
        retryAfterSeconds: 5,
        cause: error,
      });
    }
    for (const project of new Map(accepted.map(({ span }) => [span.project.id, span.project])).values()) {
      if (begun.has(project.id)) continue;
      await projects.recordFirstSpan(project);
      begun.add(project.id);
    }
  }
}

export type Ingest = ReturnType<typeof createIngest>;

function priced(span: Span, price: Pricer): Span {
  const { model, usage, provider, startMicros, attributes } = span;
  if (span.costUsd !== null || usage === null) return span;
  const cost = price({ model, requestModel: readRequestModel(attributes), usage, provider, startMicros });
  return cost ? { ...span, costUsd: cost.costUsd, costSource: cost.source } : span;
}

function toSized(span: Span): SizedSpan {
  const payloads = [...span.input, ...span.output];
  const texts = [...payloads.map((payload) => payload.content), ...Object.values(span.attributes)];
  return { span, sizeBytes: texts.reduce((sum, text) => sum + text.length, rowBytes) };
}

/** Every span gets its own microsecond, so that a reader can go on exactly after the last one it has seen. */
function createReceiptClock(now: () => Date): (count: number) => number {
  let next = 0;
  return (count) => {
    const first = Math.max(next, now().getTime() * 1000);
    next = first + count;
    return first;
  };
}

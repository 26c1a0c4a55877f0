/** Traces and their spans, for pages and for other features. */
import type {
  Feedback,
  Payload,
  Signal,
  SpanDetail,
  SpanSummary,
  TraceDetail,
  TraceList,
  TraceOpenQuery,
  TraceQuery,
  TreeQuery,
  TreeWindow,
} from "@ratchet/protocol";
import { attribute } from "@ratchet/protocol";
import type { TraceMessages } from "../log-records/read-logs.ts";
import { fromMicros } from "../micros.ts";
import { ProblemError } from "../problem.ts";
import { isExpired, notBeforeKept } from "../retention/kept-from.ts";
import type { ProjectScope } from "../router.ts";
import { createTracePager } from "./list-page.ts";
import {
  fillFromLogs,
  fillPreviews,
  findFailure,
  isBlank,
  maxPreviewedBytes,
  mergeEvents,
  tellsAll,
  widenToLogs,
} from "./log-messages.ts";
import { createReassembler, shareOfBudget } from "./reassemble.ts";
import type { TraceRow } from "./rollup-store.ts";
import { createRootReader } from "./root-reader.ts";
import type { PayloadRow, SpanRow, TimeRange, TraceStore } from "./store.ts";
import { parseCursor, toCursor } from "./trace-filter.ts";
import { type Judgements, noJudgements, toJudgements, toSpanSummary, toTraceSummary } from "./trace-summary.ts";
import { hugeTraceRows, maxSmallTrace, type Trees } from "./tree.ts";

/** Texts of one answer. */
const maxDetailBytes = 8 * 1024 * 1024;
/** Texts of all spans of an answer of {@link Traces.findSpans} together, and of each message. */
const maxFoundBytes = 16 * 1024 * 1024;
const maxMessageBytes = 64 * 1024;
const maxFoundSpans = 2000;

/** What other features know of traces. Maps leave out traces they know nothing of. */
export interface TraceCompanions {
  countFeedback(project: ProjectScope, traceIds: readonly string[]): Promise<Map<string, Judgements["feedback"]>>;
  summariseSignals(
    project: ProjectScope,
    traceIds: readonly string[],
  ): Promise<Map<string, Pick<Judgements, "detectors" | "failures">>>;
  listFeedback(project: ProjectScope, traceId: string): Promise<Feedback[]>;
  listSignals(project: ProjectScope, traceId: string): Promise<Signal[]>;
  listCases(project: ProjectScope, traceId: string): Promise<TraceDetail["cases"]>;
  /** Messages that log records tell of these spans, `null` of all: `null` when they tell none. */
  listLogMessages(
    project: ProjectScope,
    traceIds: readonly string[],
    spanIds: readonly string[] | null,
  ): Promise<TraceMessages | null>;
  /** Of a message that was stored a moment ago: spares the engine. */
  findRecentText(projectId: number, traceId: string, hash: string): Payload | undefined;
  listLogEvents(project: ProjectScope, traceId: string, spanId: string): Promise<SpanDetail["events"]>;
}

/** A span with its texts; each message is cut at 64 KiB and says so, `inputBytes` and `outputBytes` are the whole. */
export type SpanContent = SpanSummary & { input: Payload[]; output: Payload[] };

/** Which texts of a span a reader needs; the others are left empty. */
export type TextChoice = (span: Pick<SpanContent, "spanId" | "kind" | "inputBytes">) => {
  input: boolean;
  output: boolean;
};

export function createTraces(store: TraceStore, trees: Trees, now: () => Date, companions: TraceCompanions) {
  const readPage = createTracePager(store);
  return {
    /** Newest first. @throws ProblemError `invalid-query` for a cursor that is none. */
    async list(project: ProjectScope, { limit, cursor, ...given }: TraceQuery): Promise<TraceList> {
      const query = { ...given, from: notBeforeKept(project, given.from, now()) };
      const after = cursor === undefined ? null : parseCursor(cursor);
      if (cursor !== undefined && after === null) {
        throw new ProblemError("invalid-query", `cursor: ${cursor} is none. Take nextCursor of the page before.`);
      }
      const [page, { total, isExact }] = await Promise.all([
        readPage(project.id, query, after, limit, (traceIds) => judge(project, traceIds)),
        store.countTraces(project.id, query),
      ]);
      const traces = await previewFromLogs(project, page.traces);
      const at = now();
      const last = traces.at(-1);
      return {
        traces: traces.map((trace) => toTraceSummary(trace, page.judgements.get(trace.traceId) ?? noJudgements, at)),
        total,
        ...(!isExact && { isTotalExact: false }),
        nextCursor: page.hasMore && last ? toCursor(last) : null,
      };
    },

    /** @throws ProblemError `not-found` */
    async find(project: ProjectScope, traceId: string, { rows: rowLimit }: TraceOpenQuery = {}): Promise<TraceDetail> {
      const [{ trace, tree, rows, head, texts }, feedback, signals, cases] = await Promise.all([
        readTrace(project, traceId, rowLimit),
        companions.listFeedback(project, traceId),
        companions.listSignals(project, traceId),
        companions.listCases(project, traceId),
      ]);
      const input = texts(head.inputRefs);
      const output = texts(head.outputRefs);
      return {
        trace: toTraceSummary(fillPreviews(trace, input, output), toJudgements(feedback, signals), now()),
        tree,
        spans: rows,
        input,
        output,
        metadata: readMetadata(head.attributes),
        feedback,
        signals,
        cases,
      };
    },

    /** @throws ProblemError `not-found` */
    async findTree(project: ProjectScope, traceId: string, { version, ...query }: TreeQuery): Promise<TreeWindow> {
      const tree = await trees.open(project.id, traceId, await locate(project, traceId), version);
      return { overview: tree.overview, ...(await tree.findWindow(query)) };
    },

    /** @throws ProblemError `not-found` */
    async findSpan(project: ProjectScope, traceId: string, spanId: string): Promise<SpanDetail> {
      const range = await locate(project, traceId);
      const [span, logs, logEvents] = await Promise.all([
        store.findOptionalSpan(project.id, traceId, spanId, range),
        companions.listLogMessages(project, [traceId], [spanId]),
        companions.listLogEvents(project, traceId, spanId),
      ]);
      if (!span) {
        throw new ProblemError(
          "not-found",
          `There is no span ${spanId} in trace ${traceId}. GET /api/traces/${traceId} lists its spans.`,
        );
      }
      const row = fillFromLogs(span, traceId, spanId, logs);
      const texts = await readTexts(project, traceId, widenToLogs(range, logs), [row], maxDetailBytes);
      const summary = toSpanSummary(row, false, now());
      const events = mergeEvents(readEvents(row.events), logEvents);
      return {
        ...summary,
        statusMessage: summary.statusMessage || (summary.status === "error" ? findFailure(events) : ""),
        input: texts(row.inputRefs),
        output: texts(row.outputRefs),
        scope: row.scope,
        conventions: row.conventions,
        attributes: row.attributes,
        events,
      };
    },

    /**
     * By trace id, the spans of each trace with the texts that are asked for, in order of their start: up to 2,000 a
     * trace. Traces that there are not are left out.
     */
    async findSpans(
      project: ProjectScope,
      traceIds: readonly string[],
      chooseTexts: (traceId: string) => TextChoice,
    ): Promise<Map<string, SpanContent[]>> {
      const range = await store.locate(project.id, traceIds);
      if (!range) return new Map();
      const [spans, logs] = await Promise.all([
        store.listSpans(project.id, traceIds, range, maxFoundSpans),
        companions.listLogMessages(project, traceIds, null),
      ]);
      const choices = new Map(traceIds.map((traceId) => [traceId, chooseTexts(traceId)]));
      const rows = spans.map((span) => {
        const row = fillFromLogs(span, span.traceId, span.spanId, logs);
        const chosen = choices.get(row.traceId)?.(row);
        return {
          ...row,
          inputRefs: chosen?.input ? row.inputRefs : [],
          outputRefs: chosen?.output ? row.outputRefs : [],
        };
      });
      const recent = rows.flatMap((row) => listRecentTexts(project, row));
      const known = new Set(recent.map(({ hash }) => hash));
      const hashes = listHashes(rows).filter((hash) => !known.has(hash));
      const maxBytes = shareOfBudget(maxFoundBytes, hashes.length, maxMessageBytes);
      const where = widenToLogs(range, logs);
      const stored = await store.listPayloads(project.id, traceIds, where, hashes, maxBytes);
      const texts = createReassembler([...recent, ...stored]);
      const at = now();
      return new Map(
        [...Map.groupBy(rows, (row) => row.traceId)].map(([traceId, own]) => {
          const summaries = toTree(own, at);
          return [
            traceId,
            own.map((row, index) => ({
              ...(summaries[index] as SpanSummary),
              input: texts(row.inputRefs),
              output: texts(row.outputRefs),
            })),
          ];
        }),
      );
    },

    /** @throws ProblemError `not-found` */
    assertReadable: async (project: ProjectScope, traceId: string): Promise<void> => {
      await locate(project, traceId);
    },

    ...createRootReader(store, now),
  };

  async function readTrace(project: ProjectScope, traceId: string, rowLimit: number | undefined) {
    const range = await locate(project, traceId);
    const [{ tree, rows }, [trace], own] = await Promise.all([
      openTree(project, traceId, range, rowLimit),
      // Of a huge trace, trying to sum here is in vain.
      store.rollUp(project.id, [traceId], [range], trees.isKnownHuge(project.id, traceId) ? { maxFacts: 0 } : {}),
      readHead(project, traceId, range),
    ]);
    if (!trace) throw notFound(traceId);
    const { head, texts } = tellsAll(own.head) ? own : await readLogsOfHead(project, trace, range, own);
    return { trace, tree, rows, head, texts };
  }

  async function openTree(project: ProjectScope, traceId: string, range: TimeRange, rowLimit?: number) {
    const tree = await trees.open(project.id, traceId, range);
    const limit = rowLimit ?? (tree.overview.spanCount > maxSmallTrace ? hugeTraceRows : maxSmallTrace);
    const { rows } = await tree.findWindow({ offset: 0, limit, closed: [] });
    return { tree: tree.overview, rows };
  }

  /** With the texts of the span that stands for the trace. */
  async function readHead(project: ProjectScope, traceId: string, range: TimeRange) {
    const head = await store.findOptionalHead(project.id, traceId, range);
    if (!head) throw notFound(traceId);
    return { head, texts: await readTexts(project, traceId, range, [head], maxDetailBytes) };
  }

  type HeadContent = Awaited<ReturnType<typeof readHead>>;

  async function readLogsOfHead(project: ProjectScope, trace: TraceRow, range: TimeRange, own: HeadContent) {
    const { traceId, spanId } = trace;
    const logs = await companions.listLogMessages(project, [traceId], [spanId]);
    if (!logs) return own;
    const head = fillFromLogs(own.head, traceId, spanId, logs);
    return { head, texts: await readTexts(project, traceId, widenToLogs(range, logs), [head], maxDetailBytes) };
  }

  /** Of the traces that have no previews of their own. */
  async function previewFromLogs(project: ProjectScope, traces: readonly TraceRow[]): Promise<readonly TraceRow[]> {
    const blank = traces.filter(isBlank);
    const traceIds = blank.map((trace) => trace.traceId);
    const spanIds = blank.map((trace) => trace.spanId);
    const logs = await companions.listLogMessages(project, traceIds, spanIds);
    if (!logs) return traces;
    const lastRefs = ({ traceId, spanId }: TraceRow) => {
      const told = logs.find(traceId, spanId);
      return { input: told?.inputRefs.slice(-1) ?? [], output: told?.outputRefs.slice(-1) ?? [] };
    };
    const hashes = blank.flatMap((trace) => Object.values(lastRefs(trace)).flat());
    const texts = createReassembler(
      await store.listPayloads(project.id, traceIds, logs.range, hashes, maxPreviewedBytes),
    );
    return traces.map((trace) => {
      const { input, output } = lastRefs(trace);
      return isBlank(trace) ? fillPreviews(trace, texts(input), texts(output)) : trace;
    });
  }

  async function judge(project: ProjectScope, traceIds: readonly string[]): Promise<Map<string, Judgements>> {
    const [feedback, signals] = await Promise.all([
      companions.countFeedback(project, traceIds),
      companions.summariseSignals(project, traceIds),
    ]);
    return new Map(
      traceIds.map((traceId) => [
        traceId,
        { ...noJudgements, ...signals.get(traceId), feedback: feedback.get(traceId) ?? noJudgements.feedback },
      ]),
    );
  }

  async function locate(project: ProjectScope, traceId: string): Promise<TimeRange> {
    const range = await store.locate(project.id, [traceId]);
    if (!range || isExpired(project, range.fromMicros, now())) throw notFound(traceId);
    return range;
  }

  function listRecentTexts(project: ProjectScope, { traceId, inputRefs, outputRefs }: SpanRow & { traceId: string }) {
    return [...inputRefs, ...outputRefs].flatMap((hash): PayloadRow[] => {
      const text = companions.findRecentText(project.id, traceId, hash);
      return text ? [{ ...text, hash, sizeBytes: Buffer.byteLength(text.content) }] : [];
    });
  }

  async function readTexts(
    project: ProjectScope,
    traceId: string,
    range: TimeRange,
    spans: readonly Pick<SpanRow, "inputRefs" | "outputRefs">[],
    budgetBytes: number,
  ) {
    const hashes = listHashes(spans);
    const maxBytes = shareOfBudget(budgetBytes, hashes.length);
    return createReassembler(await store.listPayloads(project.id, [traceId], range, hashes, maxBytes));
  }
}

export type Traces = ReturnType<typeof createTraces>;

function listHashes(spans: readonly Pick<SpanRow, "inputRefs" | "outputRefs">[]): string[] {
  return [...new Set(spans.flatMap((span) => [...span.inputRefs, ...span.outputRefs]))];
}

function notFound(traceId: string): ProblemError {
  return new ProblemError(
    "not-found",
    `There is no trace ${traceId} in this project. GET /api/traces lists what there is.`,
  );
}

function toTree(rows: readonly SpanRow[], at: Date): SpanSummary[] {
  const known = new Set(rows.map((row) => row.spanId));
  return rows.map((row) => toSpanSummary(row, row.parentSpanId !== null && !known.has(row.parentSpanId), at));
}

function readMetadata(attributes: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes)
      .filter(([key]) => key.startsWith(attribute.metadata))
      .map(([key, value]) => [key.slice(attribute.metadata.length), value]),
  );
}

function readEvents(text: string): SpanDetail["events"] {
  if (text === "") return [];
  const events = JSON.parse(text) as { name: string; timeMicros: number; attributes: Record<string, string> }[];
  return events.map(({ name, timeMicros, attributes }) => ({ name, time: fromMicros(timeMicros), attributes }));
}

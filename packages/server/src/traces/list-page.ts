/** Pages of the list of traces: heads show where they are, their spans what they are. */
import type { HeadQuery, HeadRow } from "./head-store.ts";
import type { TraceRow } from "./rollup-store.ts";
import type { TimeRange, TraceStore } from "./store.ts";
import type { Cursor } from "./trace-filter.ts";

/** Read beyond the page, as a trace may have several heads. */
const spareHeads = 20;

export interface TracePage<Judgements> {
  traces: TraceRow[];
  hasMore: boolean;
  judgements: Map<string, Judgements>;
}

export function createTracePager(store: Pick<TraceStore, "listHeads" | "locateEach" | "rollUp">) {
  /**
   * Newest first. A trace is listed once, at the place of the newest copy of the span that stands for it, if that is what
   * the query means.
   *
   * @param judge What others know of traces, by id: asked while their spans are read.
   */
  return async function readPage<Judgements>(
    projectId: number,
    query: HeadQuery,
    after: Cursor | null,
    limit: number,
    judge: (traceIds: readonly string[]) => Promise<Map<string, Judgements>>,
  ): Promise<TracePage<Judgements>> {
    const traces: TraceRow[] = [];
    const judgements = new Map<string, Judgements>();
    for (let cursor = after; ; ) {
      const wanted = limit + 1 - traces.length;
      const { heads, areAll } = await listHeads(projectId, query, cursor, wanted + spareHeads);
      const next = takeTraces(heads, wanted);
      const [rows, judged] = await Promise.all([rollUp(projectId, next), judge(next.map(([{ traceId }]) => traceId))]);
      for (const [traceId, judgement] of judged) judgements.set(traceId, judgement);
      for (const own of next) {
        const row = rows.get(own[0].traceId);
        if (row && own.some(({ spanId, version }) => spanId === row.spanId && version === row.version)) {
          traces.push(row);
        }
      }
      const last = next.at(-1)?.at(-1);
      if (traces.length > limit || !last || (areAll && last === heads.at(-1))) {
        return { traces: traces.slice(0, limit), hasMore: traces.length > limit, judgements };
      }
      cursor = last;
    }
  };

  /** All heads of each place, as a cursor leads behind all of them. @returns Some, if there are any. */
  async function listHeads(projectId: number, query: HeadQuery, after: Cursor | null, count: number) {
    for (let limit = count; ; limit *= 4) {
      const heads = await store.listHeads(projectId, query, after, limit);
      const last = heads.at(-1);
      if (!last || heads.length < limit) return { heads, areAll: true };
      const whole = heads.filter(
        ({ traceId, startMicros }) => traceId !== last.traceId || startMicros !== last.startMicros,
      );
      if (whole.length > 0) return { heads: whole, areAll: false };
    }
  }

  /** By trace id. */
  async function rollUp(projectId: number, traces: readonly TraceHeads[]): Promise<Map<string, TraceRow>> {
    if (traces.length === 0) return new Map();
    const traceIds = traces.map(([{ traceId }]) => traceId);
    // Spans start within their root, with few exceptions: so these are read without waiting for where they are.
    const likely = new Map(traces.map((own) => [own[0].traceId, toRange(own)]));
    const [located, rows] = await Promise.all([
      store.locateEach(projectId, traceIds),
      store.rollUp(projectId, traceIds, [...likely.values()]),
    ]);
    const beyond = located.filter(({ traceId, fromMicros, toMicros }) => {
      const range = likely.get(traceId);
      return range && (fromMicros < range.fromMicros || toMicros > range.toMicros);
    });
    const again = beyond.map(({ traceId }) => traceId);
    const whole = again.length === 0 ? [] : await store.rollUp(projectId, again, beyond);
    return new Map([...rows, ...whole].map((row) => [row.traceId, row]));
  }
}

function toRange(heads: TraceHeads): TimeRange {
  return {
    fromMicros: Math.min(...heads.map(({ startMicros }) => startMicros)),
    toMicros: Math.max(...heads.map(({ startMicros, endMicros }) => Math.max(startMicros, endMicros))),
  };
}

/** Heads of one trace that follow each other. */
type TraceHeads = [HeadRow, ...HeadRow[]];

/** Of the first traces, up to `count` of them. Heads come in the order of their start and trace. */
function takeTraces(heads: readonly HeadRow[], count: number): TraceHeads[] {
  const traces: TraceHeads[] = [];
  for (const head of heads) {
    const own = traces.at(-1);
    if (own?.[0].traceId === head.traceId) own.push(head);
    else if (traces.length === count) break;
    else traces.push([head]);
  }
  return traces;
}

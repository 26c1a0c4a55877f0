/** SQL of trees: the skeleton of a trace of any size, and the rows of a window of it. */
import { spanKinds } from "@ratchet/protocol";
import type { ClickHouse } from "../engines/clickhouse.ts";
import { toUuid } from "../engines/trace-ids.ts";
import { wordsPerId } from "./id-index.ts";
import type { SpanColumns } from "./skeleton.ts";
import { type SelectedSpan, type SpanRow, spanColumns, type TimeRange, toSpanRow } from "./store.ts";

const ofTrace = `project_id = {project:UInt32} AND trace_id = {trace:UUID}
  AND start_time BETWEEN fromUnixTimestamp64Micro({fromMicros:Int64}) AND fromUnixTimestamp64Micro({toMicros:Int64})`;

/** A copy of a span; another may be newer. */
export type SpanCopy = SpanRow & { version: number };

export function createTreeStore(clickhouse: ClickHouse) {
  const listCopies = async (condition: string, parameters: Record<string, string | number | readonly string[]>) => {
    const rows = await clickhouse.query<SelectedSpan & { copyVersion: string }>(
      `SELECT ${spanColumns}, toString(version) AS copyVersion FROM spans WHERE ${condition}`,
      parameters,
    );
    return rows.map(({ copyVersion, ...row }) => ({ ...toSpanRow(row), version: Number(copyVersion) }));
  };
  return {
    /** In the order of the table's key, so that no more is read than is given. */
    listFirstCopies: (projectId: number, traceId: string, range: TimeRange, limit: number): Promise<SpanCopy[]> =>
      listCopies(`${ofTrace} ORDER BY start_time, span_id LIMIT {limit:UInt32}`, {
        project: projectId,
        trace: toUuid(traceId),
        ...range,
        limit,
      }),

    /** All copies of these spans. */
    listCopiesOf: (
      projectId: number,
      traceId: string,
      range: TimeRange,
      spanIds: readonly string[],
    ): Promise<SpanCopy[]> =>
      listCopies(`${ofTrace} AND span_id IN {spans:Array(UUID)}`, {
        project: projectId,
        trace: toUuid(traceId),
        ...range,
        spans: spanIds.map(toUuid),
      }),

    /** Changes when spans arrive, and when the engine merges copies of one. */
    readVersion: async (projectId: number, traceId: string, range: TimeRange): Promise<string> => {
      const rows = await clickhouse.query<{ copies: string }>(
        // A sum, as the highest one stays when a running span comes after an ended one.
        `SELECT concat(toString(count()), '-', toString(sum(version))) AS copies
        FROM spans WHERE ${ofTrace}`,
        { project: projectId, trace: toUuid(traceId), ...range },
      );
      return rows[0]?.copies ?? "";
    },

    /** Up to `limit` copies of spans, those that start first. */
    readColumns: async (projectId: number, traceId: string, range: TimeRange, limit: number): Promise<SpanColumns> => {
      const records = await clickhouse.queryBinary(
        `SELECT span_id, parent_span_id, toUnixTimestamp64Micro(start_time), toUnixTimestamp64Micro(end_time), version,
          toUInt64(greatest(indexOf({kinds:Array(String)}, toString(kind)), 1) * 2 + (status = 'error'))
        FROM spans WHERE ${ofTrace} ORDER BY start_time, span_id LIMIT {limit:UInt32}`,
        { project: projectId, trace: toUuid(traceId), ...range, kinds: spanKinds, limit },
      );
      return decodeColumns(records);
    },
  };
}

export type TreeStore = ReturnType<typeof createTreeStore>;

/** Two ids of four words, and four numbers of two. */
const recordWords = 16;

function decodeColumns(records: Buffer): SpanColumns {
  // Copied, as a view of words needs its bytes at a place that four divides.
  const words = new Uint32Array(records.buffer.slice(records.byteOffset, records.byteOffset + records.length));
  const count = words.length / recordWords;
  const columns: SpanColumns = {
    ids: new Uint32Array(count * wordsPerId),
    parentIds: new Uint32Array(count * wordsPerId),
    starts: new Float64Array(count),
    ends: new Float64Array(count),
    versions: new Float64Array(count),
    kinds: new Uint8Array(count),
    isFailed: new Uint8Array(count),
  };
  for (let span = 0; span < count; span++) {
    const at = span * recordWords;
    for (let word = 0; word < wordsPerId; word++) {
      columns.ids[span * wordsPerId + word] = words[at + word] as number;
      columns.parentIds[span * wordsPerId + word] = words[at + wordsPerId + word] as number;
    }
    columns.starts[span] = readNumber(words, at + 8);
    columns.ends[span] = readNumber(words, at + 10);
    columns.versions[span] = readNumber(words, at + 12);
    const flags = words[at + 14] as number;
    columns.kinds[span] = (flags >> 1) - 1;
    columns.isFailed[span] = flags & 1;
  }
  return columns;
}

/** Exact up to 2^53. */
function readNumber(words: Uint32Array, at: number): number {
  return (words[at] as number) + (words[at + 1] as number) * 2 ** 32;
}

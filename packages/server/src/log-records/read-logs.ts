/** What log records tell of spans: messages that the spans lack themselves, and events. */
import type { SpanDetail } from "@ratchet/protocol";
import { fromMicros } from "../micros.ts";
import type { ProjectScope } from "../router.ts";
import { callDetailsEvent } from "../telemetry/content-events.ts";
import type { ContentRow, LogRecordStore } from "./store.ts";

/** Records of all traces that are asked for together. */
const maxRecords = 50_000;
const maxEventsOfSpan = 200;

/** A span's messages, as references to payloads in order, and their bytes. */
export type SpanMessages = Pick<ContentRow, "inputRefs" | "outputRefs" | "inputBytes" | "outputBytes">;

export interface TraceMessages {
  find(traceId: string, spanId: string): SpanMessages | undefined;
  /** Where in time the payloads are, in microseconds since 1970. */
  range: { fromMicros: number; toMicros: number };
}

export function createLogReader(store: LogRecordStore) {
  /** Ids of projects that have records: most have none, and are spared the question. */
  let known: Promise<Set<number>> | undefined;
  const hasRecords = async ({ id }: ProjectScope): Promise<boolean> => {
    known ??= store.listProjects().then((ids) => new Set(ids));
    try {
      return (await known).has(id);
    } catch (error) {
      known = undefined;
      throw error;
    }
  };

  return {
    /** `null` when log records tell none. @param spanIds Only of these. */
    async listMessages(
      project: ProjectScope,
      traceIds: readonly string[],
      spanIds: readonly string[] | null = null,
    ): Promise<TraceMessages | null> {
      if (traceIds.length === 0 || !(await hasRecords(project))) return null;
      const [rows, range] = await Promise.all([
        store.listContents(project.id, traceIds, spanIds, maxRecords),
        store.findRange(project.id, traceIds),
      ]);
      if (rows.length === 0 || range === null) return null;
      const bySpan = Map.groupBy(rows, (row) => `${row.traceId}/${row.spanId}`);
      return {
        find: (traceId, spanId) => {
          const ofSpan = bySpan.get(`${traceId}/${spanId}`);
          return ofSpan && { ...choose(ofSpan, "input"), ...choose(ofSpan, "output") };
        },
        range,
      };
    },

    /** In the order in which they happened, up to 200. */
    async listEvents(project: ProjectScope, traceId: string, spanId: string): Promise<SpanDetail["events"]> {
      if (!(await hasRecords(project))) return [];
      const rows = await store.listEvents(project.id, traceId, spanId, maxEventsOfSpan);
      return rows.map(({ name, timeMicros, attributes }) => ({
        name,
        time: fromMicros(timeMicros),
        attributes: JSON.parse(attributes) as Record<string, string>,
      }));
    },

    /** For what stores records. */
    async notice(projectIds: Iterable<number>): Promise<void> {
      // Where the question failed it will be asked again, and find them.
      const ids = await known?.catch(() => undefined);
      for (const id of projectIds) ids?.add(id);
    },
  };
}

/** The last event of the whole call where there is one, else all of single messages together. */
function choose<Side extends "input" | "output">(
  rows: readonly ContentRow[],
  side: Side,
): Pick<SpanMessages, `${Side}Refs` | `${Side}Bytes`>;
function choose(rows: readonly ContentRow[], side: "input" | "output") {
  const telling = rows.filter((row) => row[`${side}Refs`].length > 0);
  const whole = telling.findLast((row) => row.name === callDetailsEvent);
  const chosen = whole ? [whole] : telling;
  return {
    [`${side}Refs`]: chosen.flatMap((row) => row[`${side}Refs`]),
    [`${side}Bytes`]: chosen.reduce((sum, row) => sum + row[`${side}Bytes`], 0),
  };
}

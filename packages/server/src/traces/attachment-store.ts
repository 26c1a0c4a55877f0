/** SQL of media that were taken out of texts. */
import type { ClickHouse } from "../engines/clickhouse.ts";
import { toUuid } from "../engines/trace-ids.ts";

export function createAttachmentStore(clickhouse: ClickHouse) {
  return {
    /** Its bytes; `null` when the trace has no such attachment. */
    findOptional: async (projectId: number, traceId: string, sha256: string): Promise<Buffer | null> => {
      const records = await clickhouse.queryBinary(
        `SELECT bytes FROM attachment
        WHERE project_id = {project:UInt32} AND trace_id = {trace:UUID} AND sha256 = {sha256:String} LIMIT 1`,
        { project: projectId, trace: toUuid(traceId), sha256 },
      );
      return records.length === 0 ? null : skipLength(records);
    },
  };
}

export type AttachmentStore = ReturnType<typeof createAttachmentStore>;

/** A string's length stands before it, seven bits a byte, the last of these below 128. */
function skipLength(record: Buffer): Buffer {
  return record.subarray(record.findIndex((byte) => byte < 128) + 1);
}

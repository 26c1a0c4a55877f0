/** Payloads from their references, in order and within a budget of bytes; what is cut says so. */
import type { Payload } from "@ratchet/protocol";
import type { PayloadRow } from "./store.ts";

const minBytesEach = 1024;

/** How much of each text may be read, so that all together stay about within the budget. */
export function shareOfBudget(budgetBytes: number, count: number, maxBytesEach = budgetBytes): number {
  return Math.max(minBytesEach, Math.min(maxBytesEach, Math.floor(budgetBytes / Math.max(1, count))));
}

/** A function that turns a span's references into its payloads. */
export function createReassembler(rows: readonly PayloadRow[]): (refs: readonly string[]) => Payload[] {
  const byHash = new Map(rows.map((row) => [row.hash, row]));
  return (refs) =>
    refs.map((ref) => {
      const row = byHash.get(ref);
      return row
        ? { role: row.role, content: toText(row) }
        : { role: "unknown", content: "[The text of this message is not stored.]" };
    });
}

function toText({ content, sizeBytes }: PayloadRow): string {
  const shownBytes = Buffer.byteLength(content);
  // A cut within a character leaves U+FFFD, of three bytes, at the end.
  if (shownBytes >= sizeBytes && !content.endsWith("\uFFFD")) return content;
  const text = content.replace(/\uFFFD$/, "");
  return Buffer.byteLength(text) >= sizeBytes
    ? content
    : `${text}… [${Buffer.byteLength(text)} of ${sizeBytes} bytes shown]`;
}

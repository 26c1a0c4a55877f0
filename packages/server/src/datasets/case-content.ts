/** What a case holds, what it is called, and when two are the same. */
import { createHash } from "node:crypto";
import type { CaseInput, Json } from "@ratchet/protocol";
import type { z } from "zod";

export type CaseRow = z.output<typeof CaseInput>;

/** The rest of a case beside its id. */
export type CaseContent = Omit<CaseRow, "id">;

/** What versions hold of a case whose content had to go. */
export const erasedCase: CaseContent = { input: "(erased)", metadata: {} };

/** A case named by its input, so that the same input is the same case however often it is sent. */
export function caseIdOf({ id, input }: CaseRow): string {
  return id ?? `c-${digestOf(input).slice(0, 16)}`;
}

/** SHA-256 of the value's JSON with sorted keys. */
export function digestOf(value: Json | CaseContent): string {
  return createHash("sha256").update(sortedJson(value)).digest("hex");
}

function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    each !== null && typeof each === "object" && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}

/** What a change of a dataset comes to: checked as a whole, before anything is stored. */
import type { DatasetChange, Problem } from "@ratchet/protocol";
import type { z } from "zod";
import { ProblemError } from "../problem.ts";
import { type CaseContent, caseIdOf, digestOf } from "./case-content.ts";

/** A case as the newest version has it. */
export interface CurrentCase {
  caseId: string;
  digest: string;
  position: number;
}

export interface PlannedCase extends CurrentCase {
  /** Digest of what it asks and expects: a lock holds while this stays. */
  asked: string;
  content: CaseContent;
}

export interface PlannedChange {
  added: PlannedCase[];
  changed: PlannedCase[];
  removed: string[];
}

/** A larger case is a document, not a case; it would also make every page of its dataset slow. */
const maxCaseBytes = 1_000_000;

/** @throws ProblemError `invalid-request` with one entry a bad row. */
export function planChange(
  { upsert, remove }: z.output<typeof DatasetChange>,
  current: ReadonlyMap<string, CurrentCase>,
): PlannedChange {
  const errors: NonNullable<Problem["errors"]> = [];
  const plan: PlannedChange = { added: [], changed: [], removed: [] };
  const places = new Map<string, number>();
  let nextPosition = 1 + [...current.values()].reduce((last, { position }) => Math.max(last, position), 0);
  for (const [index, row] of upsert.entries()) {
    const { id, ...content } = row;
    const caseId = caseIdOf(row);
    const earlier = places.get(caseId);
    // Two traces may have asked the same; without ids of their own they are one case.
    if (earlier !== undefined && id === undefined) continue;
    if (earlier !== undefined) {
      errors.push({ path: `upsert.${index}.id`, message: `upsert.${earlier} is the case ${caseId} already` });
      continue;
    }
    places.set(caseId, index);
    const bytes = Buffer.byteLength(JSON.stringify(content));
    if (bytes > maxCaseBytes) {
      errors.push({ path: `upsert.${index}`, message: `a case has at most ${maxCaseBytes} bytes, this one ${bytes}` });
      continue;
    }
    if (caseId.includes("\0")) {
      errors.push({ path: `upsert.${index}.id`, message: "an id holds no NUL character" });
      continue;
    }
    const known = current.get(caseId);
    const digest = digestOf(content);
    const asked = digestOf({ input: content.input, reference: content.reference ?? null });
    if (!known) plan.added.push({ caseId, digest, asked, content, position: nextPosition++ });
    else if (known.digest !== digest) plan.changed.push({ caseId, digest, asked, content, position: known.position });
  }
  for (const [index, caseId] of remove.entries()) {
    if (places.has(caseId)) errors.push({ path: `remove.${index}`, message: `${caseId} is also in upsert` });
    else if (!current.has(caseId)) errors.push({ path: `remove.${index}`, message: `there is no case ${caseId}` });
    else if (!plan.removed.includes(caseId)) plan.removed.push(caseId);
  }
  const [first] = errors;
  if (first) {
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more, see errors)` : "";
    throw new ProblemError("invalid-request", `Nothing was stored. ${first.path}: ${first.message}${more}`, { errors });
  }
  return plan;
}

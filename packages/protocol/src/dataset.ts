/** Datasets: immutable versions of cases. */
import { z } from "zod";
import { FailureId, Json, Metadata, Name, Timestamp, TraceId } from "./scalars.ts";

export const CaseInput = z.object({
  /** Stable within the dataset; made from the input's content when absent. Sending it again replaces the case. */
  id: z.string().min(1).max(200).optional(),
  input: Json,
  /** What a good output is or satisfies; evaluators read it. */
  reference: Json.optional(),
  metadata: Metadata.default({}),
  /** Cases that share a source are one cluster in every verdict. */
  cluster: z.string().max(500).optional(),
  split: z.string().max(100).optional(),
  sourceTraceId: TraceId.optional(),
  failure: FailureId.optional(),
});
export type CaseInput = z.input<typeof CaseInput>;
export const Case = CaseInput.extend({
  id: z.string(),
  metadata: Metadata,
  /** A locked case may never fail again; `passes` of `trials` is its record. */
  locked: z.object({ passes: z.int(), trials: z.int(), since: Timestamp }).nullable(),
});
export type Case = z.infer<typeof Case>;

export const DatasetCreate = z.object({ name: Name, description: z.string().max(2000).default("") });
export const DatasetVersion = z.object({
  version: z.int().min(1),
  message: z.string(),
  author: z.string(),
  createdAt: Timestamp,
  caseCount: z.int(),
  added: z.int(),
  changed: z.int(),
  removed: z.int(),
});
export type DatasetVersion = z.infer<typeof DatasetVersion>;
export const Dataset = z.object({
  name: Name,
  description: z.string(),
  /** 0 before the first case. */
  latestVersion: z.int(),
  caseCount: z.int(),
  lockedCount: z.int(),
  failures: z.array(FailureId),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Dataset = z.infer<typeof Dataset>;
/** `GET /api/datasets`. */
export const DatasetList = z.object({ datasets: z.array(Dataset), total: z.int() });
export const DatasetDetail = Dataset.extend({ versions: z.array(DatasetVersion) });
export type DatasetDetail = z.infer<typeof DatasetDetail>;
/** `POST /api/datasets/:name/versions`: one atomic change makes one version; nothing is stored when any row is bad. */
export const DatasetChange = z.object({
  message: z.string().min(1).max(1000),
  author: z.string().max(200).default("api"),
  upsert: z.array(CaseInput).max(10_000).default([]),
  remove: z.array(z.string()).max(10_000).default([]),
});
/** `GET /api/datasets/:name/cases?version&limit&offset`; the newest version when none is named. */
export const CaseQuery = z.object({
  version: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(1000),
  offset: z.coerce.number().int().min(0).default(0),
});
export const CaseList = z.object({ version: z.int(), cases: z.array(Case), total: z.int() });
export type CaseList = z.infer<typeof CaseList>;

/** The small schemas that everything else is made of. */
import { z } from "zod";

/** 32 lower-case hexadecimal digits, not all zero (W3C trace context). */
export const TraceId = z.string().regex(/^(?!0{32})[0-9a-f]{32}$/, "a trace id is 32 lower-case hex digits");
/** 16 lower-case hexadecimal digits, or 32 for clients that use UUIDs as run ids. */
export const SpanId = z
  .string()
  .regex(/^(?!0+$)(?:[0-9a-f]{16}|[0-9a-f]{32})$/, "a span id is 16 or 32 lower-case hex digits");
/** ISO 8601 in UTC with microseconds or milliseconds, as `2026-11-24T05:00:00.000Z`. */
export const Timestamp = z.iso.datetime({ offset: true });
/** What names a project in URLs and environment variables. */
export const ProjectSlug = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    "a project is named by 1 to 63 of a-z, 0-9 and -, starting with a letter or digit",
  );
/** What names a dataset, an evaluator or a metric. */
export const Name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,127}$/, "a name has 1 to 128 of A-Z, a-z, 0-9, '.', '_', '/' and '-'");
/** First 12 hex digits of the SHA-256 of a prompt file's UTF-8 content. */
export const PromptVersionId = z.string().regex(/^[0-9a-f]{12}$/, "a prompt version is 12 lower-case hex digits");
export const FailureId = z.string().regex(/^F-[1-9][0-9]*$/, "a failure id looks like F-12");
export const ExperimentId = z.string().regex(/^E-[1-9][0-9]*$/, "an experiment id looks like E-31");
export const GateId = z.string().regex(/^G-[1-9][0-9]*$/, "a gate id looks like G-4");
export const ReleaseId = z.string().regex(/^R-[1-9][0-9]*$/, "a release id looks like R-3");
export const RolloutId = z.string().regex(/^RO-[1-9][0-9]*$/, "a rollout id looks like RO-2");
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
/** Deeper JSON is no data, and overflows the stack of whoever compares or writes it. */
const maxJsonDepth = 100;
/** Any JSON value, up to 100 levels deep. Bodies are parsed JSON already, so only absence is refused; `z.json()` is recursive, which OpenAPI generation cannot follow. */
export const Json = z
  .unknown()
  .refine((value) => value !== undefined, "is missing")
  .refine(
    (value) => !nestsDeeper(value, maxJsonDepth),
    `nests deeper than ${maxJsonDepth} levels`,
  ) as unknown as z.ZodType<Json, Json>;
function nestsDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => nestsDeeper(each, levels - 1));
}
/** Scalars by which traces and cases are filtered. */
export const Metadata = z.record(z.string().max(200), z.union([z.string(), z.number(), z.boolean(), z.null()]));
export type Metadata = z.infer<typeof Metadata>;

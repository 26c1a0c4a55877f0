/** Cases as the runner sees them, from a dataset or from local data. */
import { createHash } from "node:crypto";
import type { Case, Json, Metadata } from "@ratchet/protocol";
import type { EvalCase } from "./define-eval.ts";

/** What running a case needs; a dataset's {@link Case} has it all. */
export interface RunnableCase extends Pick<Case, "id" | "input" | "metadata"> {
  readonly reference?: Json | undefined;
  readonly cluster?: string | undefined;
}

/**
 * Local data as cases. An absent id is made from the input's content, so that it stays the same when cases move.
 *
 * @throws {RangeError} when two cases have one id: their results could not be told apart.
 */
export function toRunnableCases(data: readonly EvalCase<Json, Json>[]): RunnableCase[] {
  const seen = new Set<string>();
  return data.map((item, index) => {
    const id = item.id ?? hashJson(item.input);
    if (seen.has(id)) throw new RangeError(`Case ${index + 1} has the same id as an earlier one: ${id}`);
    seen.add(id);
    const metadata: Metadata = item.metadata ?? {};
    return {
      id,
      input: item.input,
      metadata,
      ...(item.reference === undefined ? {} : { reference: item.reference }),
      ...(item.cluster === undefined ? {} : { cluster: item.cluster }),
    };
  });
}

/** First 12 hex digits of the SHA-256 of the value's JSON with sorted keys. */
function hashJson(value: unknown): string {
  return createHash("sha256").update(sortedJson(value)).digest("hex").slice(0, 12);
}

/** JSON text that is the same for the same value, whatever the order of its keys. */
export function sortedJson(value: unknown): string {
  return (
    JSON.stringify(value, (_, part: unknown) =>
      typeof part === "object" && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
        : part,
    ) ?? "null"
  );
}

/** Media of traces, for who may read the trace. */
import { ProblemError } from "../problem.ts";
import type { ProjectScope } from "../router.ts";
import type { AttachmentStore } from "./attachment-store.ts";

/** @param assertReadable Throws when there is no such trace, or none any more. */
export function createFindAttachment(
  store: AttachmentStore,
  assertReadable: (project: ProjectScope, traceId: string) => Promise<void>,
) {
  /** Its bytes. @throws ProblemError `not-found` */
  return async (project: ProjectScope, traceId: string, sha256: string): Promise<Buffer> => {
    await assertReadable(project, traceId);
    const bytes = await store.findOptional(project.id, traceId, sha256);
    if (bytes) return bytes;
    throw new ProblemError(
      "not-found",
      `The trace ${traceId} has no attachment ${sha256}. Parts of its messages with an "attachment" name those it has.`,
    );
  };
}

export type FindAttachment = ReturnType<typeof createFindAttachment>;

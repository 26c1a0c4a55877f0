/** Feedback: judgements on traces, which may arrive before the trace they judge. */
import { randomUUID } from "node:crypto";
import type { Feedback, FeedbackCreate, ServerEvent } from "@ratchet/protocol";
import type { z } from "zod";
import type { ProjectScope } from "../router.ts";
import type { FeedbackStore, ThumbsRow } from "./store.ts";

/** The ids travel with the statement. */
const deletedAtOnce = 1000;

export function createFeedback(
  store: FeedbackStore,
  publish: (event: ServerEvent) => void,
  now: () => Date,
  /** Called once the feedback is durable; must not wait for the examination itself. */
  onRecorded: (project: ProjectScope, traceId: string) => void,
) {
  return {
    /** Sending the same id again replaces it, also when it judged another trace before. */
    async record(project: ProjectScope, request: z.output<typeof FeedbackCreate>): Promise<Feedback> {
      const at = now();
      const feedback: Feedback = {
        id: request.id ?? randomUUID(),
        traceId: request.traceId,
        spanId: request.spanId ?? null,
        key: request.key,
        score: request.score ?? null,
        // The engine refuses half a surrogate pair.
        value: request.value?.toWellFormed() ?? null,
        comment: request.comment?.toWellFormed() ?? null,
        source: request.source.toWellFormed(),
        userId: request.userId?.toWellFormed() ?? null,
        createdAt: at.toISOString(),
      };
      const known = request.id === undefined ? [] : await store.listTracesOf(project.id, request.id);
      const withdrawn = known.filter((traceId) => traceId !== feedback.traceId);
      await store.insert(project.id, feedback, withdrawn, at.getTime());
      for (const traceId of [feedback.traceId, ...withdrawn]) {
        publish({ type: "feedback", project: project.slug, id: traceId });
        onRecorded(project, traceId);
      }
      return feedback;
    },

    /** For feedback whose id is made of what it says, and never judges another trace: sending it again changes nothing. */
    async recordAll(project: ProjectScope, feedback: readonly Feedback[]): Promise<void> {
      if (feedback.length === 0) return;
      await store.insertAll(project.id, feedback, now().getTime());
      for (const traceId of new Set(feedback.map((each) => each.traceId))) {
        publish({ type: "feedback", project: project.slug, id: traceId });
        onRecorded(project, traceId);
      }
    },

    /** Thumbs and all feedback as counts, by trace id; traces without any are left out. */
    async summarise(
      project: ProjectScope,
      traceIds: readonly string[],
    ): Promise<Map<string, Omit<ThumbsRow, "traceId">>> {
      const rows = await store.countByTrace(project.id, traceIds);
      return new Map(rows.map(({ traceId, ...counts }) => [traceId, counts]));
    },

    /** Oldest first. */
    listForTrace: (project: ProjectScope, traceId: string) => store.list(project.id, [traceId]),

    /** Of all these traces, oldest first. */
    listForTraces: (project: ProjectScope, traceIds: readonly string[]) => store.list(project.id, traceIds),

    /** Thumbs given since a moment. */
    countThumbs: (project: ProjectScope, since: Date) => store.countThumbs(project.id, since.toISOString()),

    /** Traces that got feedback at or after a moment, in no order. */
    listTracesSince: (project: ProjectScope, since: Date) => store.listTraces(project.id, since.getTime()),

    /**
     * Deletes what a user has said, on any trace.
     *
     * @param onDeleted Told of each batch's traces: what was found in their feedback is to be found anew.
     * @returns How many judgements there were.
     */
    async deleteOfUser(
      project: ProjectScope,
      userId: string,
      onDeleted: (traceIds: readonly string[]) => Promise<void>,
    ): Promise<number> {
      for (let count = 0; ; ) {
        const given = await store.listOfUser(project.id, userId, deletedAtOnce);
        if (given.length === 0) return count;
        await store.delete(project.id, given);
        await onDeleted([...new Set(given.map(({ traceId }) => traceId))]);
        count += given.length;
      }
    },
  };
}

export type FeedbackService = ReturnType<typeof createFeedback>;

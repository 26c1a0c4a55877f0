/** What people made of our actions, as feedback on the traces: thumbs, replies, corrected labels. */
import { createHash } from "node:crypto";
import { feedback } from "@ratchet/sdk";
import type { GitHub, ThreadRef } from "../github/client.ts";
import type { ActionRow, ActionStore } from "./action-store.ts";

export interface FeedbackSources {
  /** Of replies and corrections. */
  source: string;
  /** Of thumbs. */
  reactionSource: string;
}

/** Somebody wrote after we did: the server judges how it sounds. */
export async function tellReply(
  actions: ActionStore,
  { source }: FeedbackSources,
  ref: ThreadRef,
  comment: { id: number; body: string; author: string },
): Promise<void> {
  const spoken = actions.list(ref).find(({ commentId }) => commentId !== null);
  if (!spoken?.traceId || comment.body.trim() === "") return;
  await feedback({
    id: stableUuid("reply", spoken.traceId, comment.id),
    traceId: spoken.traceId,
    key: "reply",
    comment: comment.body.slice(0, 100_000),
    source,
    userId: comment.author,
  });
}

/**
 * Somebody changed labels that we set, or added one that we did not. One thread's corrections are one feedback that
 * grows, as `+info-needed -bug`; what is taken back leaves it.
 *
 * @returns whether it corrects us.
 */
export async function tellCorrection(
  actions: ActionStore,
  { source }: FeedbackSources,
  ref: ThreadRef,
  change: { label: string; isAdded: boolean; user: string },
): Promise<boolean> {
  const action = actions.list(ref).at(-1);
  if (!action) return false;
  const { [change.label]: before, ...corrections } = action.corrections;
  const wasSet = action.labels.includes(change.label) || action.labelsBefore.includes(change.label);
  if (before === undefined && wasSet === change.isAdded) return false;
  if (before === undefined) corrections[change.label] = change.isAdded;
  actions.setCorrections(action.deliveryId, corrections);
  if (!action.traceId) return true;
  const value = Object.entries(corrections).map(([label, isAdded]) => `${isAdded ? "+" : "-"}${label}`);
  await feedback({
    id: stableUuid("correction", action.traceId),
    traceId: action.traceId,
    key: "correction",
    ...(value.length > 0 ? { score: 0, value: value.join(" ") } : { score: 1, value: "taken back" }),
    source,
    userId: change.user,
  });
  return true;
}

/** Reads the reactions to our comment; a person's thumb is told once, and again when it turned. */
export async function tellReactions(
  github: GitHub,
  actions: ActionStore,
  { reactionSource }: FeedbackSources,
  action: ActionRow,
): Promise<void> {
  const { repository, traceId, commentId } = action;
  if (commentId === null) return;
  for (const { content, user, isBot } of await github.listReactions(repository, commentId)) {
    const score = content === "+1" ? 1 : content === "-1" ? 0 : null;
    if (score === null || isBot || !traceId || actions.findOptionalReaction(commentId, user) === score) continue;
    const isStored = await feedback({
      id: stableUuid("thumbs", commentId, user),
      traceId,
      key: "thumbs",
      score,
      source: reactionSource,
      userId: user,
    });
    if (isStored) actions.saveReaction(commentId, user, score);
  }
}

/** The same judgement gets the same id, so that telling it twice replaces it. A UUID of version 8 (RFC 9562). */
function stableUuid(...parts: (string | number)[]): string {
  const hex = createHash("sha256").update(JSON.stringify(parts)).digest("hex");
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

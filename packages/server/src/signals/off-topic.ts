import { countShared, findContentWords, measureUnspacedShare } from "./content-words.ts";
import type { Evidence, ExaminedSpan, Finding } from "./evidence.ts";
import { findOptionalReply } from "./written-text.ts";

/**
 * Measured on maintainers' first answers in 225 GitHub threads, about 100 of them long enough to judge: 2 fire with their
 * own question, and 171 of 900 with the question of another thread. A ratio of 0.06 catches half as many again, but
 * fires on 3 more of the true ones.
 */
const maxSharedRatio = 0.03;
/** Shorter replies ("Fixed in 2.1, thanks!") name nothing to compare. */
const minReplyWords = 12;
const minContextWords = 8;
/** Text without spaces between words cannot be compared by words. */
const maxUnspacedShare = 0.3;

/**
 * A reply that shares almost no content words with what was asked and what was retrieved. Severity 2: the person got
 * an answer to something else. Never fires without a free-text reply.
 */
export function detectOffTopic({ root, spans }: Evidence): Finding | undefined {
  const own = spans.find((span) => span.spanId === root.spanId);
  const reply = own && findOptionalReply(toText(own.output));
  if (own === undefined || reply === undefined) return undefined;
  const retrieved = spans.filter((span) => span.kind === "retriever" || span.kind === "reranker");
  const context = [toText(own.input), ...retrieved.map((span) => toText(span.output))].join("\n");
  if (measureUnspacedShare(reply) > maxUnspacedShare || measureUnspacedShare(context) > maxUnspacedShare) {
    return undefined;
  }
  const replyWords = findContentWords(reply);
  if (replyWords.size < minReplyWords) return undefined;
  const maxShared = maxSharedRatio * replyWords.size;
  const { shared, total } = countShared(replyWords, context, maxShared);
  if (shared > maxShared || total < minContextWords) return undefined;
  return {
    spanId: root.spanId,
    severity: 2,
    reason: `The reply shares ${shared} of its ${replyWords.size} content words with the question and what was retrieved.`,
  };
}

function toText(payloads: ExaminedSpan["input"]): string {
  return payloads.map((part) => part.content).join("\n");
}

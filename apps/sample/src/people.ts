/** The people around the replayed threads: what the data says that they did, and simulated readers who give thumbs. */
import { createHash } from "node:crypto";
import type { Thread } from "./threads.ts";

/** Words of an acceptance condition that a reply must share for the condition to count as covered. */
const coveredShare = 0.5;
/** Six readers of ten react at all. */
const reactionShare = 0.6;
const stopWords = new Set(
  "a an and are as at be by can for from how if in is it its of on or that the their this to was what when where which who why will with you your user issue explanation clear".split(
    " ",
  ),
);

/** The share of the thread's acceptance conditions that the reply covers; `null` where there are none. */
export function measureCoverage(thread: Pick<Thread, "acceptance">, reply: string): number | null {
  if (thread.acceptance.length === 0) return null;
  const words = new Set(toWords(reply));
  const covered = thread.acceptance.filter((condition) => {
    const wanted = toWords(condition);
    const shared = wanted.filter((word) => words.has(word));
    return wanted.length > 0 && shared.length / wanted.length >= coveredShare;
  });
  return covered.length / thread.acceptance.length;
}

/**
 * A simulated reader of the reply: reacts or not, and likes it the more, the more of the thread's conditions it covers.
 * Where nobody wrote conditions down, there is nothing to judge by, and nobody reacts. The same seed and thread give the
 * same person.
 */
export function chooseReaction(seed: number, thread: Thread, reply: string): "+1" | "-1" | null {
  const coverage = measureCoverage(thread, reply);
  const [reacts, likes] = drawNumbers(`${seed}:${thread.repository}#${thread.number}`);
  if (coverage === null || reacts > reactionShare) return null;
  return likes < 0.15 + 0.8 * coverage ? "+1" : "-1";
}

/** What the maintainers' labels say of ours: what they took away, and what they added. */
export function compareLabels(thread: Pick<Thread, "labels">, ours: readonly string[]) {
  return {
    removed: ours.filter((label) => !thread.labels.includes(label)),
    added: thread.labels.filter((label) => !ours.includes(label)),
  };
}

/** The author's first words after the thread was opened, if there were any. */
export function findAuthorReply(thread: Thread): string | undefined {
  return thread.comments.find((comment) => comment.author === thread.author)?.body;
}

function toWords(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}_]{2,}/gu) ?? [];
  return [...new Set(words)].filter((word) => !stopWords.has(word));
}

/** Two independent numbers in [0, 1). */
function drawNumbers(text: string): [number, number] {
  const digest = createHash("sha256").update(text).digest();
  return [digest.readUInt32BE(0) / 2 ** 32, digest.readUInt32BE(4) / 2 ** 32];
}

/** What a bug report should say and does not. */
import { matchWithin } from "./match-within.ts";
import type { MissingRule } from "./settings.ts";

const sawTrouble =
  /\b(bugs?|errors?|exceptions?|crash(es|ed)?|fail(s|ed|ing|ure)?|broken|not working|doesn'?t work|can'?t|cannot|unable|freezes?|hangs?|stuck|wrong|issue)\b|报错|错误|失败|无法|不能/i;
const asksOrWishes =
  /[?？]|^(how|what|why|where|can|is|does|feat|add|support|feature|proposal|question)\b|\brequest\b|怎么|如何|请问|建议/i;

/** An ordinary pattern takes a millisecond at GitHub's longest text. */
const patternLimitMs = 250;

/**
 * What to ask for. Empty when the text reports no trouble, or is a question or a wish; what could not be told in time is
 * not asked for.
 */
export function findMissing({ title, body }: { title: string; body: string }, rules: readonly MissingRule[]): string[] {
  const text = `${title}\n${body}`;
  if (asksOrWishes.test(title) || !(sawTrouble.test(text) || body.length < 40)) return [];
  return rules.filter(({ unless }) => matchWithin(unless, text, patternLimitMs) === false).map(({ ask }) => ask);
}

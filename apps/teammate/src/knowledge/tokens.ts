/** Words as search and the label model see them: identifiers also in parts, Han and Kana as pairs of characters. */

const word = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+|[\p{L}\p{N}_]+(?:[.+#-][\p{L}\p{N}_]+)*/gu;
const cjk = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const stopWords = new Set(
  (
    "a an and are as at be but by can do does for from has have how i if in is it its me my no not of on or so that the " +
    "their then there this to was we were what when which why will with you your"
  ).split(" "),
);

/** Lower-case tokens of `text` in order, repeats kept. A token is never longer than 40 characters: the rest is data, not a word. */
export function tokenize(text: string): string[] {
  const tokens: string[] = [];
  for (const [found] of text.matchAll(word)) {
    if (cjk.test(found)) {
      if (found.length === 1) tokens.push(found);
      for (let at = 0; at + 1 < found.length; at++) tokens.push(found.slice(at, at + 2));
      continue;
    }
    if (found.length > 40) continue;
    const whole = found.toLowerCase();
    tokens.push(whole);
    const parts = found.split(/[_.+#-]|(?<=[\p{Ll}\p{N}])(?=\p{Lu})/u);
    if (parts.length > 1) for (const part of parts) if (part.length > 1) tokens.push(part.toLowerCase());
  }
  return tokens;
}

/** Tokens that carry meaning, repeats kept: no stop words, no single letters. */
export function meaningfulTokens(text: string): string[] {
  return tokenize(text).filter((token) => !stopWords.has(token) && (token.length > 1 || cjk.test(token)));
}

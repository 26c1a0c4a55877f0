/** The words of a text that say what it is about. */

const stopWords = new Set(
  (
    "about after again all already also and another any are because been before being both but can cannot could " +
    "did does doing done each either else even every everyone everything for from get got had has have having her " +
    "here him his how however into its just know like lot make may maybe might more most much need neither nor " +
    "not now off one only other our out over please really same see should since some someone something still " +
    "such than thank thanks that the their them themselves then there these they thing things this those though " +
    "through too try under until upon use used using very want was way well were what when where whether which " +
    "while who why will with without would yes yet you your"
  ).split(" "),
);
/** Scripts that put no spaces between words: their text is not compared. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
const word = /[\p{L}\p{N}]+/gu;
/** Longer ones are data. */
const maxWordLength = 40;
/** So that "configure" meets "configuration", in most languages with an alphabet. */
const stemLength = 5;
/** Enough to know a subject by; a pasted log of megabytes must not hold up the queue. */
const maxTextLength = 50_000;

/** Stems of `text`'s distinct content words: no stop words, no numbers, camelCase in parts. */
export function findContentWords(text: string): Set<string> {
  const stems = new Set<string>();
  for (const [found] of text.slice(0, maxTextLength).matchAll(word)) {
    if (found.length > maxWordLength || unspaced.test(found)) continue;
    for (const part of found.split(/(?<=[\p{Ll}\p{N}])(?=\p{Lu})/u)) {
      const lower = part.toLowerCase();
      if (lower.length > 2 && !stopWords.has(lower) && !/^\p{N}+$/u.test(lower)) stems.add(lower.slice(0, stemLength));
    }
  }
  return stems;
}

/** Share in [0, 1] of the letters that belong to a script without spaces. */
export function measureUnspacedShare(text: string): number {
  const letters = text.slice(0, maxTextLength).match(/\p{L}/gu) ?? [];
  return letters.length === 0 ? 0 : letters.filter((letter) => unspaced.test(letter)).length / letters.length;
}

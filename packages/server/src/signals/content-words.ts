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
  return new Set(listContentWords(text));
}

/** How many of these stems `text` has, and how many stems it has in all; stops where it has more than `maxShared`. */
export function countShared(stems: ReadonlySet<string>, text: string, maxShared: number) {
  const found = new Set<string>();
  let shared = 0;
  for (const stem of listContentWords(text)) {
    if (found.has(stem)) continue;
    found.add(stem);
    if (stems.has(stem) && ++shared > maxShared) break;
  }
  return { shared, total: found.size };
}

function* listContentWords(text: string): Generator<string> {
  const known = text.slice(0, maxTextLength);
  const mayBeUnspaced = unspaced.test(known);
  for (const [found] of known.matchAll(word)) {
    if (found.length > maxWordLength || (mayBeUnspaced && unspaced.test(found))) continue;
    const lower = found.toLowerCase();
    if (lower === found) {
      if (saysSomething(lower)) yield lower.slice(0, stemLength);
    } else {
      for (const part of found.split(/(?<=[\p{Ll}\p{N}])(?=\p{Lu})/u)) {
        const partLower = part.toLowerCase();
        if (saysSomething(partLower)) yield partLower.slice(0, stemLength);
      }
    }
  }
}

function saysSomething(lower: string): boolean {
  return lower.length > 2 && !stopWords.has(lower) && !/^\p{N}+$/u.test(lower);
}

/** Share in [0, 1] of the letters that belong to a script without spaces. */
export function measureUnspacedShare(text: string): number {
  const known = text.slice(0, maxTextLength);
  // Nearly all texts: no need to look at each letter.
  if (!unspaced.test(known)) return 0;
  const letters = known.match(/\p{L}/gu) ?? [];
  return letters.length === 0 ? 0 : letters.filter((letter) => unspaced.test(letter)).length / letters.length;
}

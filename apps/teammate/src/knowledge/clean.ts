/** What a person wrote, out of what GitHub sends: issue text is input from strangers, so what they cannot see is dropped. */

/** Characters that people do not see and that can hide instructions: zero-width, bidi controls, Unicode tags, soft hyphen. */
const invisible = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]|[\u{e0000}-\u{e007f}]/gu;

/** Markdown's. No part of it may hold what begins another, or a text of many beginnings would take minutes. */
export const image = /!\[[^[\]\n]*\]\([^()\n]*\)/g;

/** Drops HTML comments and invisible characters, and makes every line end `\n`. Everything that a reader sees stays. */
export function cleanText(raw: string): string {
  return stripComments(raw).replace(invisible, "").replace(/\r\n?/g, "\n").trim();
}

/**
 * Text to classify: `cleanText` without what an issue template puts there (headings, bold lines, check boxes,
 * `Type: <b>Bug</b>`), and without images and link targets. Labels must come from the person's words.
 */
export function stripTemplate(cleaned: string): string {
  return cleaned
    .replace(/<img\b[^<>]*>/gi, " ")
    .replace(image, " ")
    .replace(/\[([^[\]\n]*)\]\([^()\n]*\)/g, "$1")
    .split("\n")
    .filter((line) => !/^\s*(#{1,6}\s|\*\*[^*]+\*\*:?\s*$|[-*]\s+\[[ xX]\]|Type:\s*<b>)/.test(line))
    .join("\n")
    .replace(/<\/?[a-z][^<>\n]*>/gi, " ")
    .trim();
}

/** Linear, unlike a lazy regular expression on many unclosed `<!--`; an unclosed comment hides the rest, as on GitHub. */
function stripComments(raw: string): string {
  let kept = "";
  for (let at = 0; ; ) {
    const open = raw.indexOf("<!--", at);
    if (open < 0) return kept + raw.slice(at);
    kept += raw.slice(at, open);
    const close = raw.indexOf("-->", open + 4);
    if (close < 0) return kept;
    at = close + 3;
  }
}

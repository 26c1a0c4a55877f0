/** The words around what was found. */
import type { Answer } from "../knowledge/extract-answer.ts";
import type { Thread } from "../knowledge/thread.ts";
import { defang, fenced, maxCommentChars, quote, unlinked } from "./safe-output.ts";

const disclosure = "*Written by an automated teammate. It may be wrong; a maintainer can correct it.*";

export function composeAnswer({ thread, reply, sentences, code }: Answer): string {
  return finish([
    `This looks like #${thread.number} (${inline(thread.title)}). There, ${reply.author} [answered](${reply.url}):`,
    ...(sentences.length > 0 ? [quote(sentences.join("\n"))] : []),
    ...(code === null ? [] : [fenced(code)]),
    "I have not checked that it applies to your version.",
  ]);
}

export function composePointer(thread: Thread): string {
  return finish([`This may be about the same as [#${thread.number}](${thread.url}) (${inline(thread.title)}).`]);
}

/** Names the issue, so that nobody takes it for a form letter to somebody else. */
export function composeQuestion(title: string, missing: readonly string[]): string {
  return finish([`To look into ${inline(title)}, we would need:`, missing.map((what) => `- ${what}`).join("\n")]);
}

/** A prompt's own text as a comment. */
export function composeText(text: string): string {
  return finish([text]);
}

/** A model's text as a comment: an issue may have talked it into links and pictures. */
export function composeModelText(text: string): string {
  return finish([unlinked(text)]);
}

function finish(paragraphs: string[]): string {
  const room = maxCommentChars - disclosure.length - 2;
  return `${defang(paragraphs.join("\n\n")).slice(0, room)}\n\n${disclosure}`;
}

/** A title inside a sentence: one line, no markup of its own. */
function inline(title: string): string {
  return `“${title
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 200)
    .replace(/[\\`*[\]<>]/g, "\\$&")}”`;
}

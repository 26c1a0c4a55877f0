/** Text from outside (traces, cases, prompts, servers) made harmless for a terminal. */

/** Control characters could move the cursor or fake output; bidirectional marks could reorder what a person reads. */
const unsafe = /(?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** Keeps tabs and line breaks; what could steer a terminal becomes `�`. */
export function toPlainText(text: string): string {
  return text.replace(/\r\n/g, "\n").replace(unsafe, "\ufffd");
}

/** On one line: for cells of a table. */
export function toOneLine(text: string): string {
  return toPlainText(text.replace(/\s+/g, " ")).trim();
}

/** Text that the engine takes: bounded, and without half a surrogate pair, at which it would refuse the whole insert. */

/** What is cut off is told at the end. */
export function boundText(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text.toWellFormed();
  const cut = text.length - maxCharacters;
  return `${text.slice(0, maxCharacters).toWellFormed()}… [${cut} more characters were not kept]`;
}

/** Text that both engines take as it is, also within JSON: they refuse NUL and half of a surrogate pair. */

/** Cut to `maxLength` UTF-16 units; NULs go, halves of pairs become U+FFFD. */
export function toStorable(text: string, maxLength = text.length): string {
  return text.slice(0, maxLength).replaceAll("\0", "").toWellFormed();
}

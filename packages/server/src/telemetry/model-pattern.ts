/** Patterns of model names: `*` stands for any text, also none. Case does not matter. */

/** In time linear in the name, whatever the pattern: it comes from outside. */
export function matchesPattern(pattern: string, model: string): boolean {
  const name = model.toLowerCase();
  const [first = "", ...rest] = pattern.toLowerCase().split("*");
  const last = rest.pop();
  if (last === undefined) return name === first;
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at + last.length <= name.length;
}

/** Higher for a pattern that says more: by its letters, and a name before a pattern of the same letters. */
export function specificityOf(pattern: string): number {
  const letters = pattern.replaceAll("*", "").length;
  return 2 * letters + (pattern.includes("*") ? 0 : 1);
}

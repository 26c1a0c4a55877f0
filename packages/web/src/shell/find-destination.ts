/** What a pasted text names: an id of the product, or an address of these pages. */

const idPages: [pattern: RegExp, page: string, word: string][] = [
  [/^[0-9a-f]{32}$/, "traces", "trace"],
  [/^F-[1-9]\d*$/, "failures", "failure"],
  [/^E-[1-9]\d*$/, "experiments", "experiment"],
  [/^G-[1-9]\d*$/, "gates", "gate"],
  [/^RO-[1-9]\d*$/, "rollouts", "rollout"],
];

export interface Destination {
  label: string;
  /** Path with search, below the origin. */
  href: string;
}

/** Undefined when the text is no id and no address of this origin. Ids are read in either case: `f-12` is `F-12`. */
export function findDestination(text: string, project: string, origin: string): Destination | undefined {
  const trimmed = text.trim();
  for (const [pattern, page, word] of idPages) {
    const id = page === "traces" ? trimmed.toLowerCase().replaceAll("-", "") : trimmed.toUpperCase();
    if (pattern.test(id)) return { label: `Open ${word} ${id}`, href: `/p/${project}/${page}/${id}` };
  }
  if (trimmed.startsWith(`${origin}/p/`)) {
    const href = trimmed.slice(origin.length);
    return { label: `Open ${href}`, href };
  }
  return undefined;
}

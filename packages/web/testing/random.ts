/** Seeded randomness, so that every run of the fixtures shows the same rows. */

export interface Random {
  /** In [0,1). */
  next: () => number;
  pick: <Item>(items: readonly Item[]) => Item;
  /** Lower-case hexadecimal digits, never all zero. */
  hex: (digits: number) => string;
}

/** mulberry32: 32 bits of state are enough for fixtures. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    pick: (items) => items[Math.floor(next() * items.length)] as (typeof items)[number],
    hex: (digits) => `1${Array.from({ length: digits - 1 }, () => Math.floor(next() * 16).toString(16)).join("")}`,
  };
}

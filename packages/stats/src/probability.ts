/** Refusals that several functions share. */

/** @throws RangeError naming the value when it is not strictly between 0 and 1. */
export function requireOpenProbability(value: number, name: string): void {
  if (!(value > 0 && value < 1)) throw new RangeError(`${name} lies strictly between 0 and 1, not ${value}`);
}

/** @throws RangeError naming the counts unless 0 ≤ k ≤ n are integers and n ≥ 1. */
export function requireCounts(k: number, n: number): void {
  if (!(Number.isInteger(n) && n >= 1)) throw new RangeError(`n is an integer of at least 1, not ${n}`);
  if (!(Number.isInteger(k) && k >= 0 && k <= n)) throw new RangeError(`k is an integer in [0, ${n}], not ${k}`);
}

/** @throws RangeError when there is no value, or one is not finite. */
export function requireFinite(values: readonly number[], name = "x"): void {
  if (values.length === 0) throw new RangeError(`${name} holds no value`);
  for (const value of values) if (!Number.isFinite(value)) throw new RangeError(`${name} holds ${value}`);
}

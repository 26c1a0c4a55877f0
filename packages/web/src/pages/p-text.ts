import { noValue } from "../ui/numbers.ts";

/** `0.031`, `< 0.001`. */
export function pText(p: number | null): string {
  if (p === null) return noValue;
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}

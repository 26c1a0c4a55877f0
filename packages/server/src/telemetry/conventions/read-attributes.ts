/** Typed reads from a span's attributes, under the first of several spellings that holds something usable. */
import type { Attributes } from "../otlp.ts";

export function readText(attributes: Attributes, ...keys: string[]): string | undefined {
  for (const key of keys) {
    const value = attributes.get(key);
    if (typeof value === "string" && value !== "") return value;
    if (typeof value === "number") return String(value);
  }
  return undefined;
}

/** A finite number ≥ 0, also when sent as text. */
export function readNumber(attributes: Attributes, ...keys: string[]): number | undefined {
  for (const key of keys) {
    const value = attributes.get(key);
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof number === "number" && Number.isFinite(number) && number >= 0) return number;
  }
  return undefined;
}

export function readTexts(attributes: Attributes, key: string): string[] | undefined {
  const value = attributes.get(key);
  return Array.isArray(value) ? value.filter((item) => typeof item === "string" && item !== "").map(String) : undefined;
}

/** The facts that are there, so that spreading one convention's over another's only fills and never erases. */
export function defined<Facts extends object>(facts: { [Key in keyof Facts]: Facts[Key] | undefined }): Partial<Facts> {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Partial<Facts>;
}

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as stats from "./index.ts";

interface Golden {
  versions: Record<string, string>;
  values: { function: string; arguments: unknown[]; value: number | number[]; call: string }[];
}

/** What each function's result is compared by, in the order of the recorded values. */
const fields: Record<string, string[]> = {
  proportionInterval: ["low", "high"],
  pairedProportions: ["low", "high"],
  meanInterval: ["low", "high"],
  bootstrap: ["low", "high"],
  pairedDifference: ["low", "high", "p"],
  mcnemar: ["p"],
  fisherExact: ["p"],
  sampleRatioMismatch: ["p"],
};
/** Resampling differs from run to run; everything else agrees to nine digits. */
const tolerances: Record<string, number> = { bootstrap: 0.01 };

describe.each(["from-r.json", "from-scipy.json"])("golden values %s", (file) => {
  const golden = JSON.parse(readFileSync(new URL(`../golden/${file}`, import.meta.url), "utf8")) as Golden;
  const byFunction = Map.groupBy(golden.values, (value) => value.function);

  it.each([...byFunction.keys()])("agree with %s", (name) => {
    for (const { arguments: given, value, call } of byFunction.get(name) ?? []) {
      const label = `${name}(${JSON.stringify(given)}) by ${call}`;
      const actual = valuesOf(name, callStats(name, given));
      const expected = [value].flat();
      expect(actual.length, label).toBe(expected.length);
      for (const [index, number] of expected.entries()) {
        const tolerance = (tolerances[name] ?? 1e-9) * Math.abs(number) + 1e-300;
        expect(
          Math.abs((actual[index] as number) - number),
          `${label}: ${actual[index]}, not ${number}`,
        ).toBeLessThanOrEqual(tolerance);
      }
    }
  });
});

function callStats(name: string, given: unknown[]): unknown {
  const [x, options] = given as [number[], { alpha: number }];
  if (name === "bootstrap") return stats.bootstrap(x, stats.mean, { ...options, resamples: 40_000 });
  return (stats as unknown as Record<string, (...values: unknown[]) => unknown>)[name]?.(...given);
}

function valuesOf(name: string, result: unknown): number[] {
  const names = fields[name];
  if (names === undefined) return [result as number | number[]].flat();
  return names.map((field) => (result as Record<string, number>)[field] as number);
}

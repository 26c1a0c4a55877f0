import { describe, expect, it } from "vitest";
import { sampleRatioMismatch, silenceP } from "./index.ts";
import { createRandom } from "./random.ts";

const alarm = 0.001;
/** As the stages of a rollout: share of the candidate, units of the stage, seed, how many of them are run. */
const stages = [
  { share: 0.01, units: 4000, seed: 11, count: 300 },
  { share: 0.1, units: 1500, seed: 12, count: 400 },
  { share: 0.5, units: 400, seed: 13, count: 3000 },
];

/** Share of correct stages that an alarm stops when it is looked at after every unit. */
function countStopped(
  { share, units, seed, count }: (typeof stages)[number],
  isAlarming: (seen: { control: number; candidate: number }, waited: { control: number; candidate: number }) => boolean,
): number {
  const random = createRandom(seed);
  let stopped = 0;
  for (let stage = 0; stage < count; stage++) {
    const seen = { control: 0, candidate: 0 };
    const waited = { control: 0, candidate: 0 };
    for (let unit = 0; unit < units; unit++) {
      const [arm, other] = random() < share ? (["candidate", "control"] as const) : (["control", "candidate"] as const);
      seen[arm]++;
      waited[arm] = 0;
      waited[other]++;
      if (!isAlarming(seen, waited)) continue;
      stopped++;
      break;
    }
  }
  return stopped / count;
}

describe("a split that goes as planned", () => {
  it.each(stages)("is hardly ever called a mismatch, looked at after each of $units units at $share", (stage) => {
    const { share } = stage;
    const stopped = countStopped(stage, ({ control, candidate }) => {
      return sampleRatioMismatch([control, candidate], [1 - share, share]).p < alarm;
    });
    // The price of looking at a fixed level after each unit.
    expect(stopped).toBeLessThanOrEqual(0.03);
  });

  it.each(stages)("has no silent arm, looked at after each of $units units at $share", (stage) => {
    const { share } = stage;
    const stopped = countStopped(stage, (seen, waited) => {
      const control = silenceP({ share: 1 - share, waited: waited.control, seen: seen.control });
      return control < alarm || silenceP({ share, waited: waited.candidate, seen: seen.candidate }) < alarm;
    });
    expect(stopped).toBeLessThanOrEqual(0.005);
  });
});

describe("a split that goes wrong", () => {
  it("is a mismatch at once when all of the first units are candidates at 1 %", () => {
    expect(sampleRatioMismatch([0, 2], [0.99, 0.01]).p).toBeLessThan(alarm);
    expect(sampleRatioMismatch([0, 1], [0.99, 0.01]).p).toBeGreaterThan(alarm);
  });

  it("is a mismatch at 40 % instead of 50 % within some hundred units", () => {
    expect(sampleRatioMismatch([240, 160], [0.5, 0.5]).p).toBeLessThan(alarm);
  });

  it("shows an arm that has fallen silent within some dozen units at 50 %", () => {
    expect(silenceP({ share: 0.5, waited: 12, seen: 100 })).toBeGreaterThan(alarm);
    expect(silenceP({ share: 0.5, waited: 26, seen: 100 })).toBeLessThan(alarm);
  });
});

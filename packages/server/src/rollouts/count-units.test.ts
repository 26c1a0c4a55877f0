import { describe, expect, it } from "vitest";
import { countUnits, type NewUnit } from "./count-units.ts";

const unit = (name: string, arm: NewUnit["arm"], plannedShare = 0.5, isNewToArm = true): NewUnit => ({
  unit: name,
  arm,
  plannedShare,
  isNewToArm,
});

describe("what new units add to an arm", () => {
  it("are units, first ones, and the wait of the other arm since its last", () => {
    const units = [
      unit("a", "control"),
      unit("b", "candidate"),
      unit("c", "control", 0.5, false),
      unit("d", "control"),
    ];
    expect(countUnits(units)).toEqual([
      { plannedShare: 0.5, arm: "control", units: 3, newUnits: 2, waited: 0 },
      { plannedShare: 0.5, arm: "candidate", units: 1, newUnits: 1, waited: 2 },
    ]);
  });

  it("is told share by share", () => {
    const counts = countUnits([unit("a", "control", 0.1), unit("b", "control", 0.5)]);
    expect(counts.map(({ plannedShare, arm, units, waited }) => [plannedShare, arm, units, waited])).toEqual([
      [0.1, "control", 1, 0],
      [0.1, "candidate", 0, 1],
      [0.5, "control", 1, 0],
      [0.5, "candidate", 0, 1],
    ]);
  });
});

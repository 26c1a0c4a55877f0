/** What new units add to the counts of the arms. */
import type { Arm } from "./store.ts";

/** A unit's first exposure at a planned share. */
export interface NewUnit {
  unit: string;
  arm: Arm;
  plannedShare: number;
  /** The arm had not seen it before, at any share. */
  isNewToArm: boolean;
}

export interface ArmIncrease {
  plannedShare: number;
  arm: Arm;
  units: number;
  newUnits: number;
  /** Units of the other arm after this arm's last one, or all of them when it has none. */
  waited: number;
}

/** @param units In the order in which they became known. */
export function countUnits(units: readonly NewUnit[]): ArmIncrease[] {
  return [...Map.groupBy(units, (unit) => unit.plannedShare)].flatMap(([plannedShare, atShare]) =>
    (["control", "candidate"] as const).map((arm) => {
      const own = atShare.filter((unit) => unit.arm === arm);
      const waited = atShare.length - 1 - atShare.findLastIndex((unit) => unit.arm === arm);
      const newUnits = own.filter((unit) => unit.isNewToArm).length;
      return { plannedShare, arm, units: own.length, newUnits, waited };
    }),
  );
}

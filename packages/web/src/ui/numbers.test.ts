import { describe, expect, it } from "vitest";
import { formatBytes, formatDuration, formatPercent, formatPlural, formatScore, formatUsd } from "./numbers.ts";

describe("numbers for people", () => {
  it("carry the unit that fits their size", () => {
    expect([0, 0.042, 4.25, 12.4, 999.6, 1420, 59_960, 185_000, 7_800_000].map(formatDuration)).toEqual([
      "0 ms",
      "0.04 ms",
      "4.3 ms",
      "12 ms",
      "1.00 s",
      "1.42 s",
      "1 min 00 s",
      "3 min 05 s",
      "2 h 10 min",
    ]);
    expect([812, 1640, 4_200_000].map(formatBytes)).toEqual(["812 B", "1.6 KB", "4.2 MB"]);
    expect([formatPlural(1, "case"), formatPlural(1204, "case"), formatPlural(0, "person", "people")]).toEqual([
      "1 case",
      "1,204 cases",
      "0 people",
    ]);
  });

  it("never round something down to nothing", () => {
    expect([0, 0.00004, 0.007, 0.021, 0.5, 1].map(formatPercent)).toEqual([
      "0 %",
      "0.004 %",
      "0.7 %",
      "2.1 %",
      "50 %",
      "100 %",
    ]);
    expect([0, 0.00063, 0.0041, 12.3].map(formatUsd)).toEqual(["$0", "$0.00063", "$0.0041", "$12.30"]);
  });

  it("show a dash where there is no value", () => {
    expect([formatDuration(null), formatPercent(null), formatUsd(null), formatScore(null)]).toEqual([
      "–",
      "–",
      "–",
      "–",
    ]);
  });
});

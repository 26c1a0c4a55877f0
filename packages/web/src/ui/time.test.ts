import { describe, expect, it } from "vitest";
import { formatAge, formatClock } from "./time.tsx";

describe("a time for people", () => {
  it("is an age in its largest unit, and now when the clocks disagree", () => {
    expect([-500, 4000, 12_000, 240_000, 18_000_000, 260_000_000].map(formatAge)).toEqual([
      "just now",
      "just now",
      "12 s ago",
      "4 min ago",
      "5 h ago",
      "3 d ago",
    ]);
  });

  it("names the day only when it is another one, the year only when it is another one", () => {
    const now = new Date(2026, 10, 24, 14, 0, 0);
    expect(formatClock(new Date(2026, 10, 24, 9, 5, 7), now)).toBe("09:05:07");
    expect(formatClock(new Date(2026, 10, 23, 23, 59, 0), now)).toBe("Nov 23, 23:59");
    expect(formatClock(new Date(2025, 11, 31, 12, 0, 0), now)).toBe("Dec 31, 2025");
  });
});

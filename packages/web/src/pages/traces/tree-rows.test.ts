import type { TreeOverview, TreeRow } from "@ratchet/protocol";
import { describe, expect, it } from "vitest";
import { offsetMsOf, placeBar, withoutClosed } from "./tree-rows.ts";

const row = (spanId: string, depth: number, fromMs = 0, durationMs = 10) =>
  ({ spanId, depth, startTime: new Date(fromMs).toISOString(), durationMs }) as TreeRow;
const overview = { startTime: new Date(0).toISOString(), durationMs: 100 } as TreeOverview;

describe("the rows of a trace", () => {
  it("hide what is below a closed one, and nothing else", () => {
    const rows = [row("root", 0), row("a", 1), row("a1", 2), row("a2", 3), row("b", 1)];
    const shown = (...closed: string[]) => withoutClosed(rows, new Set(closed)).map(({ spanId }) => spanId);
    expect(shown("a", "a1")).toEqual(["root", "a", "b"]);
    expect(shown("a1")).toEqual(["root", "a", "a1", "b"]);
    expect(shown("root")).toEqual(["root"]);
    expect(shown()).toHaveLength(5);
  });

  it("stand on the time axis within its ends, also where clocks disagree", () => {
    expect(placeBar(row("a", 0, 50, 10), overview)).toEqual({ offset: 0.5, share: 0.1 });
    expect(placeBar(row("a", 0, -50, 10), overview)).toEqual({ offset: 0, share: 0.1 });
    expect(placeBar(row("a", 0, 90, 500), overview)).toEqual({ offset: 0.9, share: expect.closeTo(0.1, 9) });
    expect(placeBar(row("a", 0), { ...overview, durationMs: 0 })).toEqual({ offset: 0, share: 1 });
    expect(offsetMsOf(row("a", 0, 1500), overview)).toBe(1500);
  });
});

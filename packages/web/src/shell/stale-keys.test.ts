import { describe, expect, it } from "vitest";
import { staleKeys } from "./stale-keys.ts";

describe("an event", () => {
  it("never makes the traces list move, and refreshes only the trace that it names", () => {
    const keys = staleKeys({ type: "trace", project: "mine", id: "4bf9" }, "mine");
    expect(keys).toContainEqual(["mine", "newest-traces"]);
    expect(keys).toContainEqual(["mine", "trace", "4bf9"]);
    expect(keys.map((key) => key[1])).not.toContain("traces");
  });

  it("of another project only refreshes what all projects share", () => {
    const keys = staleKeys({ type: "project", project: "other", id: "other" }, "mine");
    expect(keys).toEqual([["mine", "home"], ["projects"]]);
  });
});

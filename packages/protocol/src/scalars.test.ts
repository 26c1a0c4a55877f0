import { describe, expect, it } from "vitest";
import { Json } from "./scalars.ts";

describe("a JSON value", () => {
  it("is anything but nothing", () => {
    for (const value of [null, 0, "", [], { a: [{ b: null }] }]) expect(Json.parse(value)).toEqual(value);
    expect(Json.safeParse(undefined).success).toBe(false);
  });

  it("is refused beyond 100 levels, before anything overflows the stack", () => {
    const nested = (levels: number) => JSON.parse("[".repeat(levels) + "]".repeat(levels));
    expect(Json.safeParse(nested(100)).success).toBe(true);
    expect(Json.safeParse(nested(100_000)).error?.issues[0]?.message).toBe("nests deeper than 100 levels");
  });
});

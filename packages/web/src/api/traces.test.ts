import { describe, expect, it } from "vitest";
import { toTraceFilter } from "./traces.ts";

describe("the address of the traces list", () => {
  it("names the filter, which live tail is no part of", () => {
    expect(toTraceFilter({ origin: "evals", status: "error", t: "7d", live: "off" })).toEqual({
      origin: "evals",
      status: "error",
      t: "7d",
    });
  });

  it("means all time when it names a range that there is not", () => {
    expect(toTraceFilter({ t: "constructor" })).toEqual({});
  });
});

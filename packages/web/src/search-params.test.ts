import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSearch, pickSearch, stringifySearch } from "./search-params.ts";

describe("the query string", () => {
  it("gives back every text as it was, numbers and JSON included", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string({ minLength: 1 })), (search) => {
        expect(parseSearch(stringifySearch(search))).toEqual({ ...search });
      }),
      { seed: 1 },
    );
  });

  it("leaves out what is not set", () => {
    expect(stringifySearch({ status: "error", name: undefined, t: "" })).toBe("?status=error");
    expect(stringifySearch({})).toBe("");
  });

  it("keeps only the parameters that a page knows", () => {
    expect(pickSearch("status", "name")({ status: "error", name: "", other: "x" })).toEqual({ status: "error" });
  });
});

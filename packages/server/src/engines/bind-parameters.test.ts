import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestEngines, type TestEngines } from "../../testing/index.ts";
import { bindParameters } from "./bind-parameters.ts";

describe("values written into SQL", () => {
  let engines: TestEngines;
  beforeAll(async () => {
    engines = await openTestEngines();
  });
  afterAll(() => engines[Symbol.asyncDispose]());

  it("come back as they were, whatever they hold, and never as SQL", async () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.constantFrom("'", "\\", "{", "}", ":", "\n", "\0", "x", "--", "{b:String}") }),
    );
    await fc.assert(
      fc.asyncProperty(text, fc.array(text), fc.integer(), async (one, many, count) => {
        const sql = "SELECT {one:String} AS one, {many:Array(String)} AS many, {count:Int32} AS count";
        const rows = await engines.clickhouse.query(sql, { one, many, count });
        expect(rows).toEqual([{ one, many, count }]);
      }),
      { seed: 4, numRuns: 200 },
    );
  });

  it("may be no more than their type, and none may be missing", async () => {
    const refused = engines.clickhouse.query("SELECT {count:UInt32}", { count: "1) OR (1" });
    await expect(refused).rejects.toThrow(/parse/i);
    expect(() => bindParameters("SELECT {count:UInt32}", {})).toThrow("There is no value for {count:UInt32}.");
  });
});

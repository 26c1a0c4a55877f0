import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toPayload } from "./payload.ts";

describe("a payload", () => {
  it("is what JSON would be, for what JSON can say", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(toPayload(value, 1e6)).toEqual({ text: JSON.stringify(value), truncatedBytes: 0 });
      }),
      { seed: 1 },
    );
  });

  it("stays valid JSON near the limit, whatever is cut", () => {
    const anything = fc.anything({
      withBigInt: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withDate: true,
    });
    fc.assert(
      fc.property(anything, fc.nat(100), (value, limit) => {
        const { text } = toPayload(value, limit);
        expect(() => JSON.parse(text)).not.toThrow();
      }),
      { seed: 2 },
    );
    fc.assert(
      fc.property(fc.array(fc.record({ role: fc.string(), content: fc.string({ unit: "binary" }) })), (messages) => {
        const { text, truncatedBytes } = toPayload(messages, 200);
        JSON.parse(text);
        // A cut costs an ellipsis, quotes and closing brackets; escapes may double what was measured last.
        expect(Buffer.byteLength(text)).toBeLessThan(200 * 6 + 50);
        if (Buffer.byteLength(JSON.stringify(messages)) <= 200) expect(truncatedBytes).toBe(0);
      }),
      { seed: 3 },
    );
  });

  it("says how much it left out, and splits no character", () => {
    const { text, truncatedBytes } = toPayload("é".repeat(1000), 101);
    expect(JSON.parse(text)).toBe(`${"é".repeat(50)}…`);
    expect(truncatedBytes).toBe(1900);
    const list = toPayload(["a".repeat(90), "b".repeat(100), "c".repeat(100)], 100);
    expect(JSON.parse(list.text)[0]).toBe("a".repeat(90));
    expect(list.truncatedBytes).toBeGreaterThan(190);
  });

  it("looks at a bounded number of values, however many there are", () => {
    let reads = 0;
    const endless = new Proxy([], {
      get(target, key, receiver) {
        if (key === "length") return 1_000_000_000;
        if (key === Symbol.iterator) return Reflect.get(target, key, receiver);
        reads++;
        return 0.5;
      },
    });
    expect(toPayload({ embeddings: endless, after: "lost" }, 1000).text.length).toBeLessThan(1200);
    expect(reads).toBeLessThanOrEqual(200_000);
  });

  it("does not walk far what will be left out", () => {
    let reads = 0;
    const counted = { toJSON: () => reads++ };
    const { text, truncatedBytes } = toPayload(Array(100_000).fill(counted), 100);
    expect(text.length).toBeLessThan(150);
    expect(truncatedBytes).toBeGreaterThan(5000);
    expect(reads).toBeLessThan(6000);
  });

  it("says what cannot be read at all", () => {
    const { proxy, revoke } = Proxy.revocable(() => {}, {});
    revoke();
    const nameless = Object.defineProperty(new Error("x"), "name", {
      get() {
        throw new Error("no name");
      },
    });
    for (const value of [proxy, [nameless]]) expect(JSON.parse(toPayload(value, 1000).text)).toMatch(/^<unreadable: /);
  });

  it("names what JSON cannot say", () => {
    class Client {}
    const value = [undefined, Number.NaN, 5n, Symbol("s"), () => 1, new Client(), new Uint8Array(3), new Date(0), /a/g];
    expect(JSON.parse(toPayload(value, 1000).text)).toEqual([
      null,
      "NaN",
      "5",
      "Symbol(s)",
      "<function anonymous>",
      "<Client>",
      "<Uint8Array of 3 bytes>",
      "1970-01-01T00:00:00.000Z",
      "/a/g",
    ]);
  });
});

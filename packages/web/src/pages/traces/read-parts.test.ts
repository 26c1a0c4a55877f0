import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readParts } from "./read-parts.ts";

const sha256 = "ab".repeat(32);
const read = (...parts: object[]) => readParts(JSON.stringify(parts));

describe("a message's content", () => {
  it("is read into what it is made of", () => {
    expect(
      read(
        { type: "text", content: "Look:" },
        { type: "reasoning", content: "Hm." },
        { type: "tool_call", id: "c1", name: "search", arguments: { q: 1 } },
        { type: "tool_call_response", id: "c1", response: [1] },
        { type: "blob", mime_type: "image/png", modality: "image", attachment: sha256, bytes: 12 },
        { type: "blob", mime_type: "video/mp4", modality: "video", bytes: 9e7, not_kept: true },
        { type: "uri", mime_type: "image/png", uri: "https://example.com/a.png" },
      ),
    ).toEqual([
      { type: "text", text: "Look:" },
      { type: "reasoning", text: "Hm." },
      { type: "tool_call", id: "c1", name: "search", arguments: { q: 1 } },
      { type: "tool_response", id: "c1", response: [1] },
      { type: "attachment", sha256, mimeType: "image/png", sizeBytes: 12 },
      { type: "missing", mimeType: "video/mp4", sizeBytes: 9e7 },
      { type: "uri", uri: "https://example.com/a.png", mimeType: "image/png" },
    ]);
  });

  it("loses nothing that is beside a part's text", () => {
    const cited = { type: "text", content: "It is so.", annotations: [{ url: "a" }] };
    expect(read(cited)).toEqual([{ type: "other", value: cited }]);
  });

  it("names an attachment by a hash or not at all, so that a sender cannot choose an address", () => {
    for (const attachment of ["../../keys", `${sha256}?x`, sha256.toUpperCase(), 7]) {
      expect(read({ type: "blob", attachment })?.[0]?.type).toBe("other");
    }
  });

  it("that is plain text, another JSON, or cut off, is no list of parts", () => {
    for (const content of ["hello", '{"a":1}', "[1,2]", "[]", '[{"type":"text","content":"cut o', '[{"type":1}]']) {
      expect(readParts(content)).toBeUndefined();
    }
  });

  it("never breaks the page, whatever it is", () => {
    const part = fc.record(
      { type: fc.constantFrom("text", "blob", "uri", "tool_call", "x") },
      { requiredKeys: ["type"] },
    );
    const extra = fc.dictionary(fc.constantFrom("content", "id", "bytes", "uri", "attachment"), fc.jsonValue());
    fc.assert(
      fc.property(fc.array(fc.tuple(part, extra)), (parts) => {
        const list = parts.map(([head, rest]) => ({ ...head, ...rest }));
        expect(read(...list)?.length ?? 0).toBe(list.length);
      }),
      { seed: 4 },
    );
  });
});

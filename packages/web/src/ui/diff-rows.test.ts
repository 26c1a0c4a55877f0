import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DiffRow, type DiffSide, diffText, foldUnchanged } from "./diff-rows.ts";

const textOf = (side: DiffSide) => side.parts.map((part) => part.text).join("");
const kinds = (rows: DiffRow[]) => rows.map((row) => row.kind);

describe("a diff of two texts", () => {
  it("marks only the words that changed in a changed line", () => {
    const { rows } = diffText("label it bug\nthanks", "label it question\nthanks");
    expect(kinds(rows)).toEqual(["changed", "same"]);
    expect(rows[0]?.before?.parts.filter((part) => part.changed)).toEqual([{ text: "bug", changed: true }]);
    expect(rows[0]?.after?.parts.filter((part) => part.changed)).toEqual([{ text: "question", changed: true }]);
  });

  it("marks whole lines that share next to nothing", () => {
    const { rows } = diffText("alpha beta gamma", "completely other words here");
    expect(rows[0]?.before?.parts).toEqual([{ text: "alpha beta gamma", changed: true }]);
  });

  it("counts added and removed lines and numbers both sides", () => {
    const { rows, addedLines, removedLines } = diffText("a\nb\nc", "a\nc\nd\ne");
    expect({ addedLines, removedLines }).toEqual({ addedLines: 2, removedLines: 1 });
    expect(rows.map((row) => [row.before?.line ?? null, row.after?.line ?? null])).toEqual([
      [1, 1],
      [2, null],
      [3, 2],
      [null, 3],
      [null, 4],
    ]);
  });

  it("says nothing changed for a missing newline at the end, or for blanks when they are ignored", () => {
    expect(kinds(diffText("a\nb\n", "a\nb").rows)).toEqual(["same", "same"]);
    expect(kinds(diffText("  a\nb", "a\nb", { ignoreWhitespace: true }).rows)).toEqual(["same", "same"]);
  });

  it("admits that it could not align two texts, and still shows all of both", () => {
    const before = Array.from({ length: 20_000 }, (_, index) => `before ${index}`).join("\n");
    const after = Array.from({ length: 20_000 }, (_, index) => `after ${index}`).join("\n");
    const diff = diffText(before, after, { timeoutMs: 1 });
    expect(diff).toMatchObject({ aligned: false, addedLines: 20_000, removedLines: 20_000 });
    expect(diff.rows.length).toBe(20_000);
  });

  it("loses and invents nothing: each side reads back as its text", () => {
    const line = fc.constantFrom("a", "b", "  indented", "", "one two three", "one 2 three");
    fc.assert(
      fc.property(fc.array(line), fc.array(line), fc.boolean(), (before, after, ignoreWhitespace) => {
        // A text that ends in an empty line has one newline more than it shows; that is not asked of the rows.
        const left = [...before, "end"];
        const right = [...after, "end"];
        const { rows } = diffText(left.join("\n"), right.join("\n"), { ignoreWhitespace });
        expect(rows.flatMap((row) => (row.before ? [textOf(row.before)] : []))).toEqual(left);
        expect(rows.flatMap((row) => (row.after ? [textOf(row.after)] : []))).toEqual(right);
      }),
      { seed: 20261124, numRuns: 500 },
    );
  });
});

describe("folding unchanged rows", () => {
  const rows = (pattern: string) =>
    [...pattern].map((letter) => ({ kind: letter === "." ? "same" : "added", before: null, after: null }) as DiffRow);

  it("leaves three rows around every change", () => {
    expect(foldUnchanged(rows("..........x.........."))).toEqual([
      { folded: true, from: 0, to: 7 },
      { folded: false, from: 7, to: 14 },
      { folded: true, from: 14, to: 21 },
    ]);
  });

  it("does not fold three rows away to put one line in their place", () => {
    expect(foldUnchanged(rows("x.........x"))).toEqual([{ folded: false, from: 0, to: 11 }]);
  });

  it("covers every row exactly once", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[.x]{0,80}$/), (pattern) => {
        const covered = foldUnchanged(rows(pattern)).flatMap(({ from, to }) =>
          Array.from({ length: to - from }, (_, offset) => from + offset),
        );
        expect(covered).toEqual([...pattern].map((_, index) => index));
      }),
      { seed: 20261124 },
    );
  });
});

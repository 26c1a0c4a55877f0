/** Two texts as rows that lie side by side: lines aligned first, words within a changed line second. */
import { diffLines, diffWordsWithSpace } from "diff";

/** A piece of a line; `changed` pieces are what the other side does not have. */
interface DiffPart {
  text: string;
  changed: boolean;
}
export interface DiffSide {
  /** From 1. */
  line: number;
  parts: DiffPart[];
}
/** `before` alone was removed, `after` alone was added. */
export interface DiffRow {
  kind: "same" | "changed" | "removed" | "added";
  before: DiffSide | null;
  after: DiffSide | null;
}
export interface TextDiff {
  rows: DiffRow[];
  addedLines: number;
  removedLines: number;
  /** False when the texts were too different to align in the time allowed: everything removed, then everything added. */
  aligned: boolean;
}
export interface DiffOptions {
  ignoreWhitespace?: boolean;
  /** For aligning the lines; 3,000 when absent. */
  timeoutMs?: number;
}

// Words are compared within lines of up to this many characters; longer ones are marked whole, since the cost is quadratic.
const maxWordDiffChars = 20_000;
// A pair of lines that has less than this in common reads better as two whole lines.
const minSharedShare = 0.3;

/** Aligns two texts of any length. */
export function diffText(before: string, after: string, options: DiffOptions = {}): TextDiff {
  const changes = diffLines(before, after, {
    timeout: options.timeoutMs ?? 3000,
    ...(options.ignoreWhitespace ? { ignoreWhitespace: true } : { ignoreNewlineAtEof: true }),
  });
  if (!changes) return { ...collect([{ removed: linesOf(before), added: linesOf(after) }]), aligned: false };

  const blocks: Block[] = [];
  const beforeLines = linesOf(before);
  let consumed = 0;
  for (const change of changes) {
    if (change.removed) {
      blocks.push({ removed: beforeLines.slice(consumed, consumed + change.count), added: [] });
      consumed += change.count;
    } else if (change.added) {
      const last = blocks[blocks.length - 1];
      const lines = linesOf(change.value);
      if (last && "removed" in last && last.added.length === 0) last.added = lines;
      else blocks.push({ removed: [], added: lines });
    } else {
      blocks.push({ before: beforeLines.slice(consumed, consumed + change.count), after: linesOf(change.value) });
      consumed += change.count;
    }
  }
  return { ...collect(blocks), aligned: true };
}

type Block = { removed: string[]; added: string[] } | { before: string[]; after: string[] };

function collect(blocks: Block[]): Omit<TextDiff, "aligned"> {
  const rows: DiffRow[] = [];
  let beforeLine = 0;
  let afterLine = 0;
  let addedLines = 0;
  let removedLines = 0;
  for (const block of blocks) {
    if ("before" in block) {
      for (const [index, text] of block.before.entries()) {
        // Under "ignore whitespace" the two sides of a same row may differ in blanks: each keeps its own.
        rows.push({
          kind: "same",
          before: { line: ++beforeLine, parts: [{ text, changed: false }] },
          after: { line: ++afterLine, parts: [{ text: block.after[index] ?? text, changed: false }] },
        });
      }
      continue;
    }
    addedLines += block.added.length;
    removedLines += block.removed.length;
    const length = Math.max(block.removed.length, block.added.length);
    for (let index = 0; index < length; index++) {
      const removed = block.removed[index];
      const added = block.added[index];
      const words = removed !== undefined && added !== undefined ? diffWords(removed, added) : null;
      rows.push({
        kind: removed === undefined ? "added" : added === undefined ? "removed" : "changed",
        before:
          removed === undefined
            ? null
            : { line: ++beforeLine, parts: words?.before ?? [{ text: removed, changed: true }] },
        after:
          added === undefined ? null : { line: ++afterLine, parts: words?.after ?? [{ text: added, changed: true }] },
      });
    }
  }
  return { rows, addedLines, removedLines };
}

function diffWords(before: string, after: string): { before: DiffPart[]; after: DiffPart[] } | null {
  if (before.length + after.length > maxWordDiffChars) return null;
  const changes = diffWordsWithSpace(before, after);
  const shared = changes.reduce((sum, change) => (change.added || change.removed ? sum : sum + change.value.length), 0);
  if (shared < minSharedShare * Math.max(before.length, after.length)) return null;
  return {
    before: changes.filter((change) => !change.added).map((c) => ({ text: c.value, changed: c.removed })),
    after: changes.filter((change) => !change.removed).map((c) => ({ text: c.value, changed: c.added })),
  };
}

function linesOf(text: string): string[] {
  if (text === "") return [];
  const lines = text.split("\n");
  if (lines[lines.length - 1] === "") lines.pop();
  return lines;
}

/** A run of rows to show, or of unchanged ones to fold away. */
export interface DiffFold {
  folded: boolean;
  /** Indices into the rows: from, inclusive, to, exclusive. */
  from: number;
  to: number;
}

/** Folds unchanged stretches, leaving `context` rows around every change. A fold hides at least four rows. */
export function foldUnchanged(rows: readonly DiffRow[], context = 3): DiffFold[] {
  const folds: DiffFold[] = [];
  const push = (folded: boolean, from: number, to: number) => {
    const last = folds[folds.length - 1];
    if (from === to) return;
    if (last && last.folded === folded) last.to = to;
    else folds.push({ folded, from, to });
  };
  let index = 0;
  while (index < rows.length) {
    let end = index;
    while (end < rows.length && (rows[end]?.kind === "same") === (rows[index]?.kind === "same")) end++;
    if (rows[index]?.kind !== "same") push(false, index, end);
    else {
      const from = index === 0 ? index : index + context;
      const to = end === rows.length ? end : end - context;
      if (to - from < 4) push(false, index, end);
      else {
        push(false, index, from);
        push(true, from, to);
        push(false, to, end);
      }
    }
    index = end;
  }
  return folds;
}

/** What a key does in the tree grid, as the WAI-ARIA treegrid pattern has it. */
import type { SpanRow } from "./span-tree.ts";

export type GridStep = { action: "select" | "open" | "close"; spanId: string };

const pageRows = 12;

/** `at` is the selected row's index among the shown ones, -1 for none. Undefined when the key means nothing here. */
export function stepByKey(
  key: string,
  shown: readonly SpanRow[],
  at: number,
  closed: ReadonlySet<string>,
): GridStep | undefined {
  const target = moveTo(key, at, shown.length);
  if (target !== undefined) return select(shown[Math.min(shown.length - 1, Math.max(0, target))]);
  const row = shown[at];
  if (row === undefined) return undefined;
  const { spanId } = row.span;
  const isOpen = row.childCount > 0 && !closed.has(spanId);
  if (key === "ArrowRight") {
    if (isOpen) return select(shown[at + 1]);
    return row.childCount > 0 ? { action: "open", spanId } : undefined;
  }
  if (key !== "ArrowLeft") return undefined;
  if (isOpen) return { action: "close", spanId };
  return row.parentId === null ? undefined : { action: "select", spanId: row.parentId };
}

function moveTo(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case "ArrowDown":
      return at + 1;
    case "ArrowUp":
      return at - 1;
    case "PageDown":
      return at + pageRows;
    case "PageUp":
      return at - pageRows;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}

function select(row: SpanRow | undefined): GridStep | undefined {
  return row && { action: "select", spanId: row.span.spanId };
}

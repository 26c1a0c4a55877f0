/** What a key does in the tree grid, as the WAI-ARIA treegrid pattern has it. */
import type { TreeRow } from "@ratchet/protocol";

/** `move` goes to a row by its place, which may not be loaded yet. */
export type GridStep = { action: "move"; index: number } | { action: "select" | "open" | "close"; spanId: string };

const pageRows = 12;

/** `at` is the selected row's place among the `count` shown ones, -1 for none. Undefined when the key means nothing here. */
export function stepByKey(
  key: string,
  { at, count, row }: { at: number; count: number; row: TreeRow | undefined },
  closed: ReadonlySet<string>,
): GridStep | undefined {
  const target = moveTo(key, at, count);
  if (target !== undefined) {
    return count === 0 ? undefined : { action: "move", index: Math.min(count - 1, Math.max(0, target)) };
  }
  if (row === undefined) return undefined;
  const { spanId, parentSpanId, depth, childCount } = row;
  const isOpen = childCount > 0 && !closed.has(spanId);
  if (key === "ArrowRight") {
    if (isOpen) return { action: "move", index: at + 1 };
    return childCount > 0 ? { action: "open", spanId } : undefined;
  }
  if (key !== "ArrowLeft") return undefined;
  if (isOpen) return { action: "close", spanId };
  return depth === 0 || parentSpanId === null ? undefined : { action: "select", spanId: parentSpanId };
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

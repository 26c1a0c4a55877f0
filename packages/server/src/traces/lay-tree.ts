/** Spans as rows of a tree, in the order in which they are shown. Linear in the number of spans, at any depth. */

/** By row. A row's descendants are the `descendantCounts[row]` rows that follow it. */
export interface TreeLayout {
  /** Index of the row's span among those given. */
  spans: Int32Array;
  /** Row of the parent; -1 at the top level. */
  parents: Int32Array;
  depths: Int32Array;
  childCounts: Int32Array;
  descendantCounts: Int32Array;
}

/**
 * Parents before their children, children by their start. A span that a circle of parents would hide stands at the top
 * level, after all that have their place.
 *
 * @param parentOf By span, in order of their start: the index of its parent, -1 for none.
 */
export function layTree(parentOf: Int32Array): TreeLayout {
  const count = parentOf.length;
  const layout: TreeLayout = {
    spans: new Int32Array(count),
    parents: new Int32Array(count),
    depths: new Int32Array(count),
    childCounts: new Int32Array(count),
    descendantCounts: new Int32Array(count),
  };
  const { firstChild, children } = listChildren(parentOf);
  const isPlaced = new Uint8Array(count);
  // A stack of its own: a chain of 100,000 spans would overflow the call stack.
  const stack = new Int32Array(count);
  const stackParents = new Int32Array(count);
  let rowCount = 0;

  const placeBelow = (top: number) => {
    let size = 0;
    stack[size] = top;
    stackParents[size++] = -1;
    while (size > 0) {
      const span = stack[--size] as number;
      const parent = stackParents[size] as number;
      if (isPlaced[span]) continue;
      isPlaced[span] = 1;
      const row = rowCount++;
      layout.spans[row] = span;
      layout.parents[row] = parent;
      if (parent >= 0) {
        layout.depths[row] = (layout.depths[parent] as number) + 1;
        layout.childCounts[parent] = (layout.childCounts[parent] as number) + 1;
      }
      for (let at = firstChild[span + 1] as number; at > (firstChild[span] as number); ) {
        stack[size] = children[--at] as number;
        stackParents[size++] = row;
      }
    }
  };
  for (let span = 0; span < count; span++) if (parentOf[span] === -1) placeBelow(span);
  for (let span = 0; span < count && rowCount < count; span++) if (!isPlaced[span]) placeBelow(span);
  for (let row = count - 1; row >= 0; row--) {
    const parent = layout.parents[row] as number;
    if (parent < 0) continue;
    layout.descendantCounts[parent] =
      (layout.descendantCounts[parent] as number) + (layout.descendantCounts[row] as number) + 1;
  }
  return layout;
}

/** `children` from `firstChild[span]` up to `firstChild[span + 1]` are the span's, in order of their start. */
function listChildren(parentOf: Int32Array): { firstChild: Int32Array; children: Int32Array } {
  const count = parentOf.length;
  const firstChild = new Int32Array(count + 1);
  for (const parent of parentOf) if (parent >= 0) firstChild[parent + 1] = (firstChild[parent + 1] as number) + 1;
  for (let span = 0; span < count; span++) {
    firstChild[span + 1] = (firstChild[span + 1] as number) + (firstChild[span] as number);
  }
  const next = firstChild.slice();
  const children = new Int32Array(firstChild[count] as number);
  parentOf.forEach((parent, span) => {
    if (parent < 0) return;
    const at = next[parent] as number;
    children[at] = span;
    next[parent] = at + 1;
  });
  return { firstChild, children };
}

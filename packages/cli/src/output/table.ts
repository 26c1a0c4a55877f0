/** Aligned columns, measured in terminal cells: wide characters and emoji take two. */
import stringWidth from "string-width";
import { toOneLine } from "./plain-text.ts";

export interface Column<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  readonly align?: "left" | "right";
  /** Colours the cell after it was padded, so that colours never shift columns. */
  readonly paint?: (cell: string, row: Row) => string;
}

const gap = "  ";

/** Lines of the table; the last column is cut at `width`. Cells are made harmless here. */
export function formatTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width: number): string[] {
  const cells = rows.map((row) => columns.map(({ text }) => toOneLine(text(row))));
  const widths = columns.map(({ title }, column) =>
    Math.max(stringWidth(title), ...cells.map((line) => stringWidth(line[column] ?? ""))),
  );
  const before = widths.slice(0, -1).reduce((sum, cell) => sum + cell + gap.length, 0);
  const lastWidth = Math.max(8, width - before);
  const format = (texts: readonly string[], paint: (cell: string, column: number) => string) =>
    texts
      .map((text, column) => {
        const isLast = column === columns.length - 1;
        const cut = isLast ? truncate(text, lastWidth) : text;
        return paint(
          pad(cut, isLast && !isRight(columns, column) ? 0 : (widths[column] ?? 0), isRight(columns, column)),
          column,
        );
      })
      .join(gap)
      .trimEnd();
  return [
    format(
      columns.map(({ title }) => title),
      (cell) => cell,
    ),
    ...cells.map((texts, index) =>
      format(texts, (cell, column) => columns[column]?.paint?.(cell, rows[index] as Row) ?? cell),
    ),
  ];
}

/** Cut to so many cells, with `…` where something is missing. */
function truncate(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = "";
  let used = 0;
  for (const { segment } of new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text)) {
    used += stringWidth(segment);
    if (used > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

function isRight<Row>(columns: readonly Column<Row>[], column: number): boolean {
  return columns[column]?.align === "right";
}

function pad(text: string, width: number, right: boolean): string {
  const space = " ".repeat(Math.max(0, width - stringWidth(text)));
  return right ? space + text : text + space;
}

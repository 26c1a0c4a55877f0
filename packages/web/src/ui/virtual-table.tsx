/** A table of any length in a scrolling box: only the rows in view are in the page, and it says how many there are. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type Key, type ReactNode, useEffect, useRef } from "react";
import "./virtual-table.css";

export interface VirtualColumn<Row> {
  header: string;
  cell: (row: Row) => ReactNode;
  /** A CSS width; columns without one share the rest. */
  width?: string;
  /** Right-aligned with tabular digits. */
  numeric?: boolean;
  /** Hidden below 760 px. */
  wideOnly?: boolean;
}

export interface VirtualTableProps<Row> {
  label: string;
  columns: readonly VirtualColumn<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => Key;
  /** Rows of the whole, when more exist than are loaded. */
  total?: number;
  selectedKey?: Key | undefined;
  /** Called when the last loaded row comes into view. */
  onEnd?: (() => void) | undefined;
}

const rowHeightPx = 28;

export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { label, columns, rows, rowKey, total = rows.length, selectedKey, onEnd } = props;
  const box = useRef<HTMLElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeightPx,
    getItemKey: (index) => rowKey(rows[index] as Row),
    overscan: 6,
  });
  const items = virtualizer.getVirtualItems();
  const first = items[0];
  const last = items[items.length - 1];
  const atEnd = last !== undefined && last.index === rows.length - 1;
  useEffect(() => {
    if (atEnd) onEnd?.();
  }, [atEnd, onEnd]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="virtual-table" ref={box} tabIndex={0} aria-label={label}>
      <table className="table" aria-label={label} aria-rowcount={total + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(({ header, numeric, wideOnly, width }) => (
              <th
                key={header}
                scope="col"
                className={numeric ? "numeric" : undefined}
                data-wide-only={wideOnly || undefined}
                style={{ width }}
              >
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Spacer heightPx={first?.start ?? 0} />
          {items.map(({ index, key }) => {
            const row = rows[index] as Row;
            const selected = selectedKey !== undefined && rowKey(row) === selectedKey;
            return (
              <tr key={key} aria-rowindex={index + 2} data-selected={selected || undefined}>
                {columns.map(({ header, numeric, wideOnly, cell }) => (
                  <td key={header} className={numeric ? "numeric" : "truncate"} data-wide-only={wideOnly || undefined}>
                    {cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
          <Spacer heightPx={virtualizer.getTotalSize() - (last?.end ?? 0)} />
        </tbody>
      </table>
    </section>
  );
}

/** Stands for the rows that are out of view, so that the scroll bar tells the truth. */
function Spacer({ heightPx }: { heightPx: number }) {
  if (heightPx <= 0) return null;
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: an empty row cannot take the focus
  return <tr aria-hidden="true" style={{ height: heightPx }} />;
}

/** A list as a table: each row is one link, so that Enter, j/k, middle click and screen readers all work. */
import type { Key, ReactNode } from "react";
import { ProjectLink } from "./project-link.tsx";

export interface Column<Row> {
  header: string;
  cell: (row: Row) => ReactNode;
  /** Right-aligned with tabular digits. */
  numeric?: boolean;
  /** Hidden below 760 px. */
  wideOnly?: boolean;
  /** CSS width; the column without one takes the rest. */
  width?: string;
}

export interface TableProps<Row> {
  /** Of the whole table, for screen readers. */
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => Key;
  /** Path below the project; the first column's content becomes the link. */
  href?: (row: Row) => string;
}

export function Table<Row>({ label, columns, rows, rowKey, href }: TableProps<Row>) {
  return (
    // A wide table scrolls: without links of its own, the region itself must take the focus.
    <div className="table-scroll" tabIndex={href === undefined ? 0 : undefined}>
      <table className="table" aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.header} scope="col" {...cellProps(column)}>
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column, index) => (
                <td key={column.header} {...cellProps(column)}>
                  {index === 0 && href !== undefined ? (
                    <ProjectLink href={href(row)} className="row-link" data-row>
                      {column.cell(row)}
                    </ProjectLink>
                  ) : (
                    column.cell(row)
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function cellProps<Row>(column: Column<Row>) {
  return {
    className: column.numeric ? "numeric" : undefined,
    "data-wide-only": column.wideOnly || undefined,
    style: column.width === undefined ? undefined : { width: column.width },
  };
}

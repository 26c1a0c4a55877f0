/** The trace as one tree grid: names on the left, their time on the right. Only the rows in view are in the page. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { formatCount, formatDuration, formatPlural } from "../../ui/numbers.ts";
import { SpanStatusMark } from "./span-status-mark.tsx";
import { type SpanRow, withoutClosed } from "./span-tree.ts";
import { type GridStep, stepByKey } from "./step-by-key.ts";

export interface SpanGridProps {
  rows: readonly SpanRow[];
  selected: string | undefined;
  onSelect: (spanId: string) => void;
  /** Of the whole trace: the time axis. */
  totalMs: number;
}

const rowHeightPx = 28;

export function SpanGrid({ rows, selected, onSelect, totalMs }: SpanGridProps) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const shown = useMemo(() => withoutClosed(rows, closed), [rows, closed]);
  const box = useRef<HTMLDivElement>(null);
  const gridId = useId();
  const virtualizer = useVirtualizer({
    count: shown.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeightPx,
    overscan: 16,
  });
  const items = virtualizer.getVirtualItems();
  const at = shown.findIndex(({ span }) => span.spanId === selected);
  useEffect(() => {
    if (at >= 0) virtualizer.scrollToIndex(at);
  }, [at, virtualizer]);
  const take = ({ action, spanId }: GridStep) => {
    if (action === "select") return onSelect(spanId);
    const next = new Set(closed);
    if (action === "close") next.add(spanId);
    else next.delete(spanId);
    setClosed(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const step = stepByKey(event.key, shown, at, closed);
    if (step === undefined) return;
    event.preventDefault();
    take(step);
  };
  return (
    <div className="span-grid-frame">
      <div className="span-axis" aria-hidden="true">
        <span>0</span>
        <span>{formatDuration(totalMs / 2)}</span>
        <span>{formatDuration(totalMs)}</span>
      </div>
      <div ref={box} className="span-grid">
        <table
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: the pattern's own markup for a tree grid
          role="treegrid"
          aria-label={formatPlural(rows.length, "span")}
          aria-rowcount={shown.length}
          aria-activedescendant={at >= 0 ? `${gridId}-${at}` : undefined}
          tabIndex={0}
          onKeyDown={onKeyDown}
        >
          <tbody>
            <Spacer heightPx={items[0]?.start ?? 0} />
            {items.map(({ index }) => {
              const row = shown[index] as SpanRow;
              const { spanId } = row.span;
              return (
                <GridRow
                  key={spanId}
                  id={`${gridId}-${index}`}
                  row={row}
                  index={index}
                  selected={spanId === selected}
                  closed={closed.has(spanId)}
                  onSelect={() => onSelect(spanId)}
                  onToggle={() => take({ action: closed.has(spanId) ? "open" : "close", spanId })}
                />
              );
            })}
            <Spacer heightPx={virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0)} />
          </tbody>
        </table>
      </div>
    </div>
  );
}

interface GridRowProps {
  id: string;
  row: SpanRow;
  index: number;
  selected: boolean;
  closed: boolean;
  onSelect: () => void;
  onToggle: () => void;
}

/** Beyond this depth rows are indented no further, so that the name stays readable. */
const indentLimit = 12;

function GridRow({ id, row, index, selected, closed, onSelect, onToggle }: GridRowProps) {
  const { span, depth, childCount, offset, share } = row;
  return (
    <tr
      id={id}
      aria-level={depth + 1}
      aria-rowindex={index + 1}
      aria-selected={selected}
      aria-expanded={childCount > 0 ? !closed : undefined}
      className="span-row"
      onClick={onSelect}
    >
      <td className="span-name" style={{ paddingInlineStart: 4 + Math.min(depth, indentLimit) * 14 }}>
        <span className="span-name-line">
          <span
            className="span-toggle"
            aria-hidden="true"
            onClick={(event) => {
              if (childCount === 0) return;
              event.stopPropagation();
              onToggle();
            }}
          >
            {childCount > 0 ? (closed ? "▸" : "▾") : ""}
          </span>
          {span.status !== "ok" && <SpanStatusMark status={span.status} />}
          <span className="truncate">{span.name}</span>
          <span className="span-kind" data-kind={span.kind}>
            {span.kind}
          </span>
          {closed && <span className="quiet">+{formatCount(childCount)}</span>}
        </span>
      </td>
      <td>
        <div className="span-time">
          <span
            className="span-bar"
            data-kind={span.kind}
            data-status={span.status}
            style={{ left: percent(offset), width: percent(share) }}
          />
          <span className="span-duration" {...placeDuration(offset, offset + share)}>
            {formatDuration(span.durationMs)}
          </span>
        </div>
      </td>
    </tr>
  );
}

/** After the bar where there is room, else before it, else on its end. */
function placeDuration(start: number, end: number) {
  if (end <= 0.8) return { style: { left: percent(end) } };
  if (start >= 0.2) return { style: { right: percent(1 - start) } };
  return { style: { right: 0 }, "data-inside": true };
}

function percent(share: number): string {
  return `${share * 100}%`;
}

/** Stands for the rows that are out of view. */
function Spacer({ heightPx }: { heightPx: number }) {
  if (heightPx <= 0) return null;
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: an empty row cannot take the focus
  return <tr aria-hidden="true" style={{ height: heightPx }} />;
}

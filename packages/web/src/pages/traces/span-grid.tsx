/** The trace as one tree grid: names on the left, their time on the right. Only the rows in view are in the page. */
import type { TreeOverview, TreeRow } from "@ratchet/protocol";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { formatCount, formatDuration, formatPlural } from "../../ui/numbers.ts";
import { SpanStatusMark } from "./span-status-mark.tsx";
import { type GridStep, stepByKey } from "./step-by-key.ts";
import { placeBar } from "./tree-rows.ts";
import type { RowRange, TreeView } from "./use-tree.ts";

export interface SpanGridProps {
  view: TreeView;
  overview: TreeOverview;
  closed: ReadonlySet<string>;
  selected: string | undefined;
  onSelect: (spanId: string) => void;
  onToggle: (spanId: string) => void;
  /** Told when scrolling has come to rest, or nearly. */
  onView: (range: RowRange) => void;
}

const rowHeightPx = 28;
/** What is scrolled past quickly is not asked for. */
const restMs = 60;

export function SpanGrid({ view, overview, closed, selected, onSelect, onToggle, onView }: SpanGridProps) {
  const { count, rowAt, at } = view;
  const box = useRef<HTMLDivElement>(null);
  const gridId = useId();
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeightPx,
    overscan: 16,
  });
  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    const timer = setTimeout(() => onView({ first, last }), restMs);
    return () => clearTimeout(timer);
  }, [first, last, onView]);
  // Only when it changes: rows that arrive above the selected one must not move what is being read.
  const shownAt = useRef<string>(undefined);
  useEffect(() => {
    if (at < 0 || shownAt.current === selected) return;
    shownAt.current = selected;
    virtualizer.scrollToIndex(at);
  }, [at, selected, virtualizer]);
  /** The row that a key went to before it was loaded. */
  const [awaited, setAwaited] = useState<number>();
  const awaitedRow = awaited === undefined ? undefined : rowAt(awaited);
  useEffect(() => {
    if (awaitedRow === undefined) return;
    setAwaited(undefined);
    onSelect(awaitedRow.spanId);
  }, [awaitedRow, onSelect]);
  const take = (step: GridStep) => {
    if (step.action === "select") return onSelect(step.spanId);
    if (step.action !== "move") return onToggle(step.spanId);
    virtualizer.scrollToIndex(step.index);
    setAwaited(step.index);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const step = stepByKey(event.key, { at: awaited ?? at, count, row: rowAt(awaited ?? at) }, closed);
    if (step === undefined) return;
    event.preventDefault();
    take(step);
  };
  return (
    <div className="span-grid-frame">
      <div className="span-axis" aria-hidden="true">
        <span>0</span>
        <span>{formatDuration(overview.durationMs / 2)}</span>
        <span>{formatDuration(overview.durationMs)}</span>
      </div>
      <div ref={box} className="span-grid">
        <table
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: the pattern's own markup for a tree grid
          role="treegrid"
          aria-label={formatPlural(overview.spanCount, "span")}
          aria-rowcount={count}
          aria-activedescendant={at >= first && at <= last ? `${gridId}-${at}` : undefined}
          tabIndex={0}
          onKeyDown={onKeyDown}
        >
          <tbody>
            <Spacer heightPx={items[0]?.start ?? 0} />
            {items.map(({ index }) => {
              const row = rowAt(index);
              const id = `${gridId}-${index}`;
              if (row === undefined) return <AwaitedRow key={index} id={id} index={index} />;
              return (
                <GridRow
                  key={index}
                  id={id}
                  row={row}
                  {...placeBar(row, overview)}
                  index={index}
                  selected={row.spanId === selected}
                  closed={closed.has(row.spanId)}
                  onSelect={() => onSelect(row.spanId)}
                  onToggle={() => onToggle(row.spanId)}
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

/** Stands for a row that is on its way. */
function AwaitedRow({ id, index }: { id: string; index: number }) {
  return (
    <tr id={id} className="span-row" aria-rowindex={index + 1} aria-busy="true">
      <td colSpan={2} className="span-awaited">
        <span className="visually-hidden">Loading</span>
      </td>
    </tr>
  );
}

interface GridRowProps {
  id: string;
  row: TreeRow;
  /** Of the bar, as shares of the whole trace. */
  offset: number;
  share: number;
  index: number;
  selected: boolean;
  closed: boolean;
  onSelect: () => void;
  onToggle: () => void;
}

/** Beyond this depth rows are indented no further, so that the name stays readable. */
const indentLimit = 12;

function GridRow({ id, row, offset, share, index, selected, closed, onSelect, onToggle }: GridRowProps) {
  const { depth, childCount } = row;
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
          {row.status !== "ok" && <SpanStatusMark status={row.status} />}
          <span className="truncate">{row.name}</span>
          <span className="span-kind" data-kind={row.kind}>
            {row.kind}
          </span>
          {row.isOrphan && <span className="span-note">parent not received</span>}
          {row.duplicateOf !== null && <span className="span-note">duplicate</span>}
          {closed && <span className="quiet">+{formatCount(row.descendantCount)}</span>}
        </span>
      </td>
      <td>
        <div className="span-time">
          <span
            className="span-bar"
            data-kind={row.kind}
            data-status={row.status}
            style={{ left: percent(offset), width: percent(share) }}
          />
          <span className="span-duration" {...placeDuration(offset, offset + share)}>
            {formatDuration(row.durationMs)}
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

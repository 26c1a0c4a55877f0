/** Two texts side by side or in one column: lines aligned, changed words marked, unchanged stretches folded. */
import { useEffect, useMemo, useState } from "react";
import "./diff-view.css";
import { Button } from "./button.tsx";
import { type DiffFold, type DiffRow, type DiffSide, diffText, foldUnchanged, type TextDiff } from "./diff-rows.ts";
import { formatPlural } from "./numbers.ts";

export interface DiffViewProps {
  before: string;
  after: string;
  beforeLabel: string;
  afterLabel: string;
  layout?: "side by side" | "unified";
  ignoreWhitespace?: boolean;
}

// Above this many characters the alignment runs in a worker, so that the page never stops.
const workerAboveChars = 100_000;
// Rows outside the view cost no layout when they come in blocks that the browser may skip.
const rowsPerBlock = 200;

export function DiffView({
  before,
  after,
  beforeLabel,
  afterLabel,
  layout = "side by side",
  ignoreWhitespace = false,
}: DiffViewProps) {
  const diff = useDiff(before, after, ignoreWhitespace);
  if (!diff) return <p role="status">Comparing …</p>;
  const unchanged = diff.addedLines + diff.removedLines === 0;
  // Between equal texts there is nothing to find: the text itself is what one wants to see.
  const folds = unchanged ? [{ folded: false, from: 0, to: diff.rows.length }] : foldUnchanged(diff.rows);
  return (
    <figure className="diff" data-layout={layout}>
      <figcaption className="diff-caption">
        <span>{unchanged ? "No difference" : `+${diff.addedLines} −${diff.removedLines} lines`}</span>
        {!diff.aligned && <span>Too different to align: all of the first, then all of the second.</span>}
        {layout === "side by side" ? (
          <span className="diff-sides">
            <span>{beforeLabel}</span>
            <span>{afterLabel}</span>
          </span>
        ) : (
          <span>
            − {beforeLabel}, + {afterLabel}
          </span>
        )}
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="diff-body" aria-label={`${beforeLabel} against ${afterLabel}`} tabIndex={0}>
        {folds.map((fold) => (
          <Fold key={fold.from} fold={fold} rows={diff.rows} layout={layout} />
        ))}
      </section>
    </figure>
  );
}

function Fold({ fold, rows, layout }: { fold: DiffFold; rows: readonly DiffRow[]; layout: string }) {
  const [open, setOpen] = useState(!fold.folded);
  if (!open) {
    return (
      <div className="diff-fold">
        <Button kind="quiet" onClick={() => setOpen(true)}>
          {formatPlural(fold.to - fold.from, "unchanged line")}
        </Button>
      </div>
    );
  }
  const starts = [];
  for (let from = fold.from; from < fold.to; from += rowsPerBlock) starts.push(from);
  const Row = layout === "unified" ? UnifiedRow : SideBySideRow;
  return starts.map((from) => {
    const block = rows.slice(from, Math.min(from + rowsPerBlock, fold.to));
    return (
      <div key={from} className="diff-block" style={{ containIntrinsicBlockSize: `auto ${block.length * 18}px` }}>
        {block.map((row, offset) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
          <Row key={from + offset} row={row} />
        ))}
      </div>
    );
  });
}

function SideBySideRow({ row }: { row: DiffRow }) {
  return (
    <div className="diff-row">
      <Side side={row.before} changed={row.kind !== "same"} sign="−" />
      <Side side={row.after} changed={row.kind !== "same"} sign="+" />
    </div>
  );
}

function UnifiedRow({ row }: { row: DiffRow }) {
  if (row.kind === "same") return <Side side={row.after} changed={false} sign=" " />;
  return (
    <>
      {row.before && <Side side={row.before} changed sign="−" />}
      {row.after && <Side side={row.after} changed sign="+" />}
    </>
  );
}

function Side({ side, changed, sign }: { side: DiffSide | null; changed: boolean; sign: string }) {
  if (!side) return <div className="diff-side" data-side="none" />;
  const removed = sign === "−";
  return (
    <div className="diff-side" data-side={changed ? (removed ? "removed" : "added") : "same"}>
      <span className="diff-line" aria-hidden="true">
        {side.line}
      </span>
      <span className="diff-sign">{changed ? sign : " "}</span>
      <span className="diff-text">
        {side.parts.map((part, index) => {
          const Mark = part.changed ? (removed ? "del" : "ins") : "span";
          // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place
          return <Mark key={index}>{part.text}</Mark>;
        })}
      </span>
    </div>
  );
}

/** The diff, at once for short texts; `null` until the worker has answered for long ones. */
function useDiff(before: string, after: string, ignoreWhitespace: boolean): TextDiff | null {
  const long = before.length + after.length > workerAboveChars;
  const atOnce = useMemo(
    () => (long ? null : diffText(before, after, { ignoreWhitespace })),
    [long, before, after, ignoreWhitespace],
  );
  const [answer, setAnswer] = useState<TextDiff | null>(null);
  useEffect(() => {
    if (!long) return;
    const worker = new Worker(new URL("./diff-worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<TextDiff>) => setAnswer(data);
    worker.postMessage({ before, after, ignoreWhitespace });
    return () => {
      worker.terminate();
      setAnswer(null);
    };
  }, [long, before, after, ignoreWhitespace]);
  return atOnce ?? answer;
}

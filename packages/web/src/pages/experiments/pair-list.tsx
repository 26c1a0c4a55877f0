/** The list of pairs, of any length: only what is in view is in the page. */
import type { CasePair } from "@ratchet/protocol";
import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useEffect, useRef } from "react";
import { Button } from "../../ui/button.tsx";
import { formatCount, formatScore } from "../../ui/numbers.ts";
import { Status, type Tone } from "../../ui/status.tsx";
import { previewInRow } from "../json-preview.ts";
import type { Change, PairRow } from "./arrange-pairs.ts";

const tones: Record<Change, Tone> = { regressed: "bad", improved: "good", unchanged: "neutral" };
const words: Record<Change, string> = { regressed: "Regressed", improved: "Improved", unchanged: "Unchanged" };
const rowHeightPx = 28;

export interface PairListProps {
  rows: readonly PairRow[];
  openId: string | undefined;
  /** Shows the unchanged ones too. */
  onUnfold: () => void;
}

export function PairList({ rows, openId, onUnfold }: PairListProps) {
  const box = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeightPx,
    overscan: 12,
  });
  const openIndex = rows.findIndex((row) => row.kind === "pair" && row.pair.caseId === openId);
  useEffect(() => {
    // The first pair lies under its heading, which should stay in view.
    if (openIndex > 1) virtualizer.scrollToIndex(openIndex);
  }, [virtualizer, openIndex]);
  return (
    <div className="pair-list" ref={box}>
      <ul aria-label="Cases" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const row = rows[index] as PairRow;
          return (
            <li
              key={row.kind === "pair" ? row.pair.caseId : `heading ${row.change}`}
              aria-setsize={rows.length}
              aria-posinset={index + 1}
              style={{ transform: `translateY(${start}px)` }}
            >
              {row.kind === "pair" ? (
                <PairLink pair={row.pair} open={row.pair.caseId === openId} />
              ) : (
                <Heading row={row} onUnfold={onUnfold} />
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Heading({ row, onUnfold }: { row: PairRow & { kind: "heading" }; onUnfold: () => void }) {
  return (
    <div className="pair-heading">
      <Status tone={tones[row.change]}>
        {words[row.change]} {formatCount(row.count)}
      </Status>
      {row.folded && (
        <Button kind="quiet" onClick={onUnfold}>
          Show
        </Button>
      )}
    </div>
  );
}

// Kept between renders: a scroll step then costs only the rows that come into view.
const PairLink = memo(function PairLink({ pair, open }: { pair: CasePair; open: boolean }) {
  return (
    <Link
      to="."
      search={(search: Record<string, unknown>) => ({ ...search, case: pair.caseId })}
      replace
      resetScroll={false}
      className="pair-link"
      aria-current={open || undefined}
      data-tone={tones[pair.change]}
    >
      <span className="truncate">
        {pair.locked && <span title="Locked: it may never fail again">✓ locked </span>}
        {previewInRow(pair.input)}
      </span>
      <span className="pair-scores">
        {sideText(pair.baseline)} → {sideText(pair.candidate)}
      </span>
    </Link>
  );
});

function sideText({ score, error }: CasePair["baseline"]): string {
  return error !== null ? "error" : formatScore(score);
}

/** One line above the tree: where the time went, what is not there yet, and the way to the cause. */
import type { TreeOverview } from "@ratchet/protocol";
import { useMemo } from "react";
import { useKeys } from "../../shell/keys.ts";
import { Button } from "../../ui/button.tsx";
import { formatCount, formatPercent, formatPlural } from "../../ui/numbers.ts";
import { Badge, Status } from "../../ui/status.tsx";

export interface TreeLineProps {
  overview: TreeOverview;
  /** Of the whole trace, once that is known. */
  spanCount: number | undefined;
  selected: string | undefined;
  onSelect: (spanId: string) => void;
}

export function TreeLine({ overview, spanCount, selected, onSelect }: TreeLineProps) {
  const { failing, isRootReceived, runningCount } = overview;
  const failingId = failing?.spanId;
  useKeys(
    useMemo(
      () =>
        failingId === undefined
          ? []
          : [{ keys: "e", label: "Failing span", group: "This page", run: () => onSelect(failingId) }],
      [failingId, onSelect],
    ),
  );
  return (
    <div className="tree-line">
      <TimeByKind overview={overview} />
      {!isRootReceived && (
        <Badge
          tone="unsure"
          title="Spans whose parent has not arrived stand at the top level. They move when it comes."
        >
          root not received
        </Badge>
      )}
      {runningCount > 0 && <Status tone="busy">{formatCount(runningCount)} running</Status>}
      {failingId !== undefined && failingId !== selected && (
        <Button kind="quiet" onClick={() => onSelect(failingId)}>
          Go to the failing span
        </Button>
      )}
      {spanCount !== undefined && overview.spanCount < spanCount && (
        <span className="quiet">
          The first {formatCount(overview.spanCount)} of {formatPlural(spanCount, "span")} are shown
        </span>
      )}
    </div>
  );
}

/** Shares that round to nothing say nothing. */
const minShare = 0.005;

function TimeByKind({ overview: { spanCount, timeByKind } }: { overview: TreeOverview }) {
  const shares = timeByKind.filter(({ share }) => share >= minShare);
  if (spanCount < 2 || shares.length === 0) return null;
  return (
    <p className="quiet">
      Time by kind:{" "}
      {shares.map(({ kind, share }, index) => (
        <span key={kind}>
          {index > 0 && " · "}
          <span className="span-kind" data-kind={kind}>
            {kind}
          </span>{" "}
          {formatPercent(share)}
        </span>
      ))}
    </p>
  );
}

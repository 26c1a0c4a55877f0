import type { Experiment } from "@ratchet/protocol";
import { formatScore, noValue } from "../../ui/numbers.ts";

/** A mean with its 95 % interval: `0.812 [0.760, 0.858]`. */
export function MetricMean({ summary }: { summary: Experiment["summary"][string] | undefined }) {
  if (summary?.mean === undefined || summary.mean === null) return <span className="quiet">{noValue}</span>;
  return (
    <span className="metric-mean">
      {formatScore(summary.mean)}{" "}
      <span className="quiet">
        {summary.low === null || summary.high === null
          ? "no interval"
          : `[${formatScore(summary.low)}, ${formatScore(summary.high)}]`}
      </span>
    </span>
  );
}

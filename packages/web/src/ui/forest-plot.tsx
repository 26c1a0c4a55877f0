/** A criterion's paired difference: interval and point over the band in which a difference does not matter. */
import "./charts.css";
import { forestGeometry } from "./forest-geometry.ts";
import { decimalsFor, intervalText, signed } from "./statistic-text.ts";

export interface ForestPlotProps {
  /** Oriented so that positive is better; `null` where the statistics give none. */
  difference: number | null;
  low: number | null;
  high: number | null;
  /** Of the interval, in (0,1). */
  level: number;
  /** Absolute half-width of the band, above 0. */
  margin: number;
  /** The verdict's word, which every reading of the picture starts with. */
  word: string;
}

// Below this share of the width the band's two edge labels would run into each other and into zero's.
const minBandPercent = 36;

/** Takes its colour from `currentcolor`; the caller sets it by the verdict. */
export function ForestPlot({ difference, low, high, level, margin, word }: ForestPlotProps) {
  const { zero, band, interval, point } = forestGeometry({ difference, low, high, margin });
  const decimals = decimalsFor(margin);
  const edge = signed(margin, decimals).slice(1);
  const wide = band.to - band.from >= minBandPercent;
  return (
    <svg
      className="forest"
      role="img"
      aria-label={`${word}: ${differenceText({ difference, low, high, level, margin })}`}
    >
      <rect className="forest-band" x={`${band.from}%`} width={`${band.to - band.from}%`} y={0} height={36} />
      <line className="forest-edge" x1={`${band.from}%`} x2={`${band.from}%`} y1={0} y2={36} />
      <line className="forest-edge" x1={`${band.to}%`} x2={`${band.to}%`} y1={0} y2={36} />
      <line className="forest-zero" x1={`${zero}%`} x2={`${zero}%`} y1={0} y2={40} />
      {interval && (
        <>
          <line className="forest-interval" x1={`${interval.from}%`} x2={`${interval.to}%`} y1={18} y2={18} />
          <line className="forest-interval" x1={`${interval.from}%`} x2={`${interval.from}%`} y1={13} y2={23} />
          <line className="forest-interval" x1={`${interval.to}%`} x2={`${interval.to}%`} y1={13} y2={23} />
        </>
      )}
      {point !== null && <circle className="forest-point" cx={`${point}%`} cy={18} r={5} />}
      {wide ? (
        <>
          <text x={`${band.from}%`} y={52} textAnchor="middle">{`−${edge}`}</text>
          <text x={`${zero}%`} y={52} textAnchor="middle">
            0
          </text>
          <text x={`${band.to}%`} y={52} textAnchor="middle">{`+${edge}`}</text>
        </>
      ) : (
        <text x={`${zero}%`} y={52} textAnchor="middle">{`0 ± ${edge}`}</text>
      )}
    </svg>
  );
}

/** `difference +0.070, 90 % interval +0.020 to +0.120; up to 0.050 does not matter`. */
function differenceText({ difference, margin, ...interval }: Omit<ForestPlotProps, "word">): string {
  const decimals = decimalsFor(margin);
  const band = `up to ${signed(margin, decimals).slice(1)} does not matter`;
  if (difference === null) return `no difference could be computed; ${band}`;
  return `difference ${signed(difference, decimals)}, ${intervalText(interval, decimals)}; ${band}`;
}

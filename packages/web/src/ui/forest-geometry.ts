/** Where a forest plot's marks lie, in percent of its width: pure, so that the picture can be tested without a browser. */

/** What one criterion knows of its paired difference; positive is better. */
export interface ForestInput {
  difference: number | null;
  low: number | null;
  high: number | null;
  /** Half-width of the band in which a difference does not matter; above 0. */
  margin: number;
}

/** All in percent from the left edge, so that the plot stretches without measuring itself. */
export interface ForestGeometry {
  zero: number;
  band: { from: number; to: number };
  /** `null` when there is no interval to draw. */
  interval: { from: number; to: number } | null;
  point: number | null;
}

// Room beyond the outermost mark, so that caps and labels are not cut off.
const paddingShare = 0.08;

/**
 * Lays the marks out on an axis that always shows zero and the whole margin band.
 * @throws RangeError when the margin is not a positive number.
 */
export function forestGeometry({ difference, low, high, margin }: ForestInput): ForestGeometry {
  if (!(margin > 0) || !Number.isFinite(margin)) throw new RangeError(`margin must be positive, not ${margin}`);
  const marks = [0, -margin, margin, difference, low, high].filter((mark) => mark !== null && Number.isFinite(mark));
  const smallest = Math.min(...(marks as number[]));
  const largest = Math.max(...(marks as number[]));
  const padding = (largest - smallest) * paddingShare;
  const from = smallest - padding;
  const span = largest + padding - from;
  const place = (value: number) => ((value - from) / span) * 100;
  return {
    zero: place(0),
    band: { from: place(-margin), to: place(margin) },
    interval: low === null || high === null ? null : { from: place(low), to: place(high) },
    point: difference === null ? null : place(difference),
  };
}

/** How often a failure happens now, against how often it happened just before. */
import type { trends } from "@ratchet/protocol";

export type Trend = (typeof trends)[number];

/** The recent window is the last 24 h; the earlier one the 24 h before it, so that the time of day does not matter. */
export const windowMs = 24 * 3600 * 1000;

/**
 * `new`: first seen within the recent window. `silent`: nothing in either window. `escalating` and `fading`: the two
 * counts differ by more than 2 standard deviations of a Poisson difference, or nothing is left. `steady` otherwise.
 */
export function judgeTrend(counts: { recent: number; earlier: number }, firstSeen: Date, now: Date): Trend {
  const { recent, earlier } = counts;
  if (now.getTime() - firstSeen.getTime() < windowMs) return "new";
  if (recent === 0) return earlier === 0 ? "silent" : "fading";
  const deviations = (recent - earlier) / Math.sqrt(recent + earlier);
  if (deviations > 2) return "escalating";
  return deviations < -2 ? "fading" : "steady";
}

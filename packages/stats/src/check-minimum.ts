/** Does the candidate on its own reach what is demanded of it? */
import type { ClusterLabels } from "./clusters.ts";
import { constantBelowP, constantInterval } from "./constant-values.ts";
import { meanInterval } from "./mean-interval.ts";
import { normalCdf } from "./normal.ts";
import { proportionInterval } from "./proportion-interval.ts";
import { tCdf } from "./student-t.ts";

/** Values oriented so that more is better. */
export interface DemandedValues {
  values: readonly number[];
  clusters: ClusterLabels | undefined;
  binary: boolean;
  minimum: number;
  range: readonly [number, number] | null;
}

export interface MinimumCheck {
  /** One-sided lower bound of the mean; `null`, with p, for a single unit. */
  low: number | null;
  /** One-sided, of "the mean is below the minimum". */
  p: number | null;
  demanded: number;
  /** Of the mean from what is demanded. */
  distance: number;
  variancePerCase: number;
}

/** Wilson's bound and score test for one 0/1 value a case, else the (clustered) t. @param alpha One-sided. */
export function checkMinimum(demanded: DemandedValues, alpha: number): MinimumCheck {
  const { values, clusters, binary, minimum, range } = demanded;
  const { mean, se, df, n, clusters: units, low } = meanInterval(values, { alpha: 2 * alpha, clusters });
  const shape = { demanded: minimum, distance: mean - minimum, variancePerCase: se === null ? 0 : se * se * n };
  if (binary && clusters === undefined && minimum > 0 && minimum < 1) {
    const z = (mean - minimum) / Math.sqrt((minimum * (1 - minimum)) / n);
    return { ...shape, low: proportionInterval(Math.round(mean * n), n, { alpha: 2 * alpha }).low, p: normalCdf(z) };
  }
  if (units < 2) return { ...shape, low: null, p: null };
  if (se !== null) return { ...shape, low, p: tCdf((mean - minimum) / se, df) };
  const [lowest, highest] = range ?? [mean, mean];
  return {
    ...shape,
    low: constantInterval({ value: mean, n: units, alpha, lowest, highest }).low,
    p: constantBelowP({ value: mean, n: units, highest, threshold: minimum }),
  };
}

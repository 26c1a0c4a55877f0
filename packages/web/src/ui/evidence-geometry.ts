/** Where the evidence chart's marks lie, and what each zone means: pure, so that it can be tested without a browser. */

/** A point of the e-process: after one unit's first failure. */
export interface EvidenceMark {
  at: string;
  evidence: number;
}

export type EvidenceZone = "safe" | "undecided" | "worse";

/**
 * Which zone a value of the e-process lies in.
 *
 * At or above the threshold the rollout aborts: with no harm, that happens with probability alpha at most, however often
 * one looks. At or below its reciprocal the same bound holds the other way round: had the candidate failed at the tested
 * rate ratios (averaged over them), evidence this low would be as rare. Between the two, nothing is shown either way.
 */
export function evidenceZone(evidence: number, threshold: number): EvidenceZone {
  if (evidence >= threshold) return "worse";
  return evidence <= 1 / threshold ? "safe" : "undecided";
}

/** Whose failure moved the evidence at this point: each point is one unit's first failure. */
export function armAt(history: readonly { candidateFailures: number }[], index: number): "candidate" | "control" {
  const before = history[index - 1]?.candidateFailures ?? 0;
  return (history[index]?.candidateFailures ?? 0) > before ? "candidate" : "control";
}

export interface EvidenceGeometry {
  /** Step line from the start to the end, as an SVG path in a 100 × 100 box with y downwards. */
  path: string;
  /** Each mark's place in the box, in the order of the input. */
  marks: { x: number; y: number; offScale: boolean }[];
  /** Heights of the lines between the zones, and of evidence 1, where every rollout begins. */
  thresholdY: number;
  oneY: number;
  safeY: number;
  /** Powers of ten inside the chart, the highest first. */
  ticks: { exponent: number; y: number }[];
}

// A long quiet rollout may drive the evidence to 1e-30: beyond these many decades outside the zones the line runs along the edge.
const maxDecadesBeyond = 2;

/**
 * Lays the e-process out over time, on a logarithmic scale on which both zone lines always show.
 * @throws RangeError when the threshold is not above 1.
 */
export function evidenceGeometry(
  points: readonly EvidenceMark[],
  { threshold, startedAt, endedAt }: { threshold: number; startedAt: string; endedAt: string },
): EvidenceGeometry {
  if (!(threshold > 1)) throw new RangeError(`the abort threshold must be above 1, not ${threshold}`);
  const decade = Math.log10(threshold);
  const heights = points.map((point) => Math.log10(Math.max(point.evidence, Number.MIN_VALUE)));
  let top = decade;
  let bottom = -decade;
  for (const height of heights) {
    top = Math.max(top, Math.min(height, decade + maxDecadesBeyond));
    bottom = Math.min(bottom, Math.max(height, -decade - maxDecadesBeyond));
  }
  const padding = (top - bottom) * 0.08;
  top += padding;
  bottom -= padding;

  const startMs = Date.parse(startedAt);
  const lastMs = points.length > 0 ? Date.parse((points[points.length - 1] as EvidenceMark).at) : startMs;
  const spanMs = Math.max(Date.parse(endedAt), lastMs) - startMs || 1;
  const placeX = (at: string) => clamp(((Date.parse(at) - startMs) / spanMs) * 100);
  const placeY = (height: number) => clamp(((top - height) / (top - bottom)) * 100);

  const marks = points.map((point, index) => {
    const height = heights[index] as number;
    return { x: placeX(point.at), y: placeY(height), offScale: height > top || height < bottom };
  });
  const oneY = placeY(0);
  const steps = marks.map(({ x, y }) => `H${round(x)}V${round(y)}`).join("");
  const ticks = [];
  for (let exponent = Math.floor(top); exponent >= bottom; exponent--) ticks.push({ exponent, y: placeY(exponent) });
  return {
    path: `M0 ${round(oneY)}${steps}H100`,
    marks,
    thresholdY: placeY(decade),
    oneY,
    safeY: placeY(-decade),
    ticks: thin(ticks),
  };
}

/** At most seven labels: every second, third, … power of ten, always with 1 among them. */
function thin<T extends { exponent: number }>(ticks: T[]): T[] {
  const every = Math.ceil(ticks.length / 7);
  return ticks.filter((tick) => tick.exponent % every === 0);
}

function clamp(percent: number): number {
  return Math.min(100, Math.max(0, percent));
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

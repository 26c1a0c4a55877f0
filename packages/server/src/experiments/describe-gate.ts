/** The gate's verdict in people's words. The numbers come from the decision; nothing is computed here. */
import type { CriterionVerdict } from "@ratchet/protocol";
import type { CriterionResult, GateDecision, GateMetric } from "@ratchet/stats";

export type FindMetric = (name: string) => GateMetric | undefined;

export function wordOf({ verdict, low }: CriterionResult): CriterionVerdict["word"] {
  if (verdict === "regress") return "worse";
  if (verdict === "inconclusive") return "not enough evidence";
  return low !== null && low > 0 ? "better" : "no meaningful difference";
}

/** Why a criterion's verdict is what it is, in one or two sentences. */
export function reasonOf(result: CriterionResult, findMetric: FindMetric): string {
  const { criterion, reason, candidateMean, minimumBound, marginAbsolute, furtherCases, high } = result;
  const format = formatterFor(findMetric(criterion.metric));
  const change = describeChange(result, format);
  const margin = format.amount(marginAbsolute);
  const side = criterion.direction === "higher" ? "below" : "above";
  const further = furtherCases === null ? "" : ` About ${furtherCases} more cases would decide it.`;
  const minimum = format.value(criterion.minimum ?? 0);
  switch (reason) {
    case "not-worse":
      return `${change}: a loss of more than ${margin} is ruled out.`;
    case "worse":
      // Even the best that the interval leaves open may be beyond the margin.
      return high !== null && high < -marginAbsolute
        ? `${change}: worse by more than the ${margin} allowed.`
        : `${change}: worse, and possibly by more than the ${margin} allowed.`;
    case "below-minimum":
      return `${change}. At ${format.value(candidateMean ?? 0)} it is ${side} the ${minimum} demanded.`;
    case "too-wide":
      return `${change}: it may be worse by more than ${margin}.${further}`;
    case "minimum-undecided":
      return `${change}. It may be ${side} the ${minimum} demanded (bound ${format.value(minimumBound ?? 0)}).${further}`;
    case "no-cases":
      return `No case${segmentText(criterion.segment)} has a score for ${nameText(criterion.metric)} on both sides.`;
    case "one-unit":
      return "All cases come from one source, so that they say nothing about others.";
    case "looks-spent":
      return `${change}. All planned looks at these cases are used: a further one decides nothing. Add cases to the dataset, or plan more looks from the start.`;
  }
}

/** The whole verdict in one sentence: the worst thing first. */
export function sentenceOf(decision: GateDecision, findMetric: FindMetric): string {
  const { verdict, criteria, locked, voidCases, voidShare } = decision;
  const describe = (results: CriterionResult[]) =>
    results.map((each) => describeChange(each, formatterFor(findMetric(each.criterion.metric)))).join("; ");
  if (verdict === "regress") {
    const blocking = locked.filter(({ state }) => state === "blocks").map(({ caseId }) => caseId);
    const cases =
      blocking.length === 1 ? `the locked case ${blocking[0]} fails` : `${blocking.length} locked cases fail`;
    const worse = describe(criteria.filter((each) => each.verdict === "regress"));
    return `Worse: ${[worse, blocking.length > 0 ? cases : ""].filter(Boolean).join("; ")}.`;
  }
  if (verdict === "infrastructure") {
    const percent = Math.round(voidShare * 1000) / 10;
    return `No verdict: ${voidCases.length} cases (${percent} %) failed for reasons outside the target; repair that and run again.`;
  }
  if (verdict === "inconclusive") {
    const undecided = criteria.filter((each) => each.verdict === "inconclusive");
    const waiting = locked.filter(({ state }) => state === "needs trials").length;
    const trials = waiting > 0 ? `${waiting} locked ${waiting === 1 ? "case needs" : "cases need"} five trials` : "";
    const further = Math.max(0, ...undecided.map(({ furtherCases }) => furtherCases ?? 0));
    const needed = further > 0 ? `; about ${further} more cases would decide it` : "";
    const spent = undecided.some(({ reason }) => reason === "looks-spent") ? "all planned looks are used" : "";
    return `Not enough evidence: ${[describe(undecided), trials, spent].filter(Boolean).join("; ")}${needed}.`;
  }
  const better = criteria.filter((each) => wordOf(each) === "better");
  if (better.length > 0) return `Better: ${describe(better)}.`;
  const primary = criteria.filter(({ criterion }) => criterion.role === "primary");
  return `No meaningful difference: ${describe(primary.length > 0 ? primary : criteria)}.`;
}

/** `label accuracy on kind=pull fell by 18 points [−25, −11]` */
function describeChange(result: CriterionResult, format: Format): string {
  const { criterion, difference, low, high } = result;
  const name = `${nameText(criterion.metric)}${segmentText(criterion.segment)}`;
  if (difference === null) return `${name} could not be compared`;
  // The decision counts better as positive; people read the metric's own direction.
  const turn = criterion.direction === "higher" ? 1 : -1;
  const change = turn * difference;
  const [from, to] = turn === 1 ? [low, high] : [negate(high), negate(low)];
  const interval = from === null || to === null ? "" : ` [${format.signed(from)}, ${format.signed(to)}]`;
  const verb = format.amount(Math.abs(change)) === format.amount(0) ? "did not change" : change < 0 ? "fell" : "rose";
  return verb === "did not change"
    ? `${name} did not change${interval}`
    : `${name} ${verb} by ${format.amount(Math.abs(change))}${interval}`;
}

interface Format {
  /** Of a difference, with its unit. */
  amount: (value: number) => string;
  /** Of a difference, with its sign and without unit. */
  signed: (value: number) => string;
  /** Of a mean. */
  value: (value: number) => string;
}

/** Shares are read in points of 100; anything else as it is, to three digits. */
function formatterFor(metric: GateMetric | undefined): Format {
  const isShare = metric?.range?.[0] === 0 && metric.range[1] === 1;
  const digits = (value: number) =>
    isShare ? String(Math.round(value * 1000) / 10) : String(Number(value.toPrecision(3)));
  const withMinus = (text: string) => text.replace("-", "−");
  return {
    amount: (value) => (isShare ? `${digits(value)} ${digits(value) === "1" ? "point" : "points"}` : digits(value)),
    signed: (value) => withMinus(`${value > 0 ? "+" : ""}${digits(value)}`),
    value: (value) => withMinus(isShare ? `${digits(value)} %` : digits(value)),
  };
}

function nameText(metric: string): string {
  return metric.replaceAll(/[-_]/g, " ");
}

function segmentText(segment: CriterionResult["criterion"]["segment"]): string {
  const pairs = Object.entries(segment ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? "" : ` on ${pairs.join(", ")}`;
}

function negate(value: number | null): number | null {
  return value === null ? null : 0 - value;
}

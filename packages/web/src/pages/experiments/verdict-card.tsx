/** One criterion's verdict: the word first, then the picture, then the numbers; the p-value in the details. */
import type { Criterion, CriterionVerdict } from "@ratchet/protocol";
import { ForestPlot } from "../../ui/forest-plot.tsx";
import { formatCount, formatPlural, formatScore, noValue } from "../../ui/numbers.ts";
import { decimalsFor, intervalText, signed } from "../../ui/statistic-text.ts";
import { Badge, Status, verdictTone } from "../../ui/status.tsx";
import { pText } from "../p-text.ts";

export function VerdictCard({ verdict }: { verdict: CriterionVerdict }) {
  const { criterion, word, n, clusters, improved, regressed, unchanged, furtherCases } = verdict;
  const name = criterionName(criterion);
  return (
    <section className="verdict" data-tone={verdictTone(word)} aria-label={`${name}: ${word}`}>
      <header className="verdict-head">
        <h2>{name}</h2>
        <span className="quiet">{criterion.role}</span>
        {verdict.fewCases && (
          <Badge tone="unsure" title="Below 30 cases the interval rests on assumptions that cannot be checked.">
            few cases
          </Badge>
        )}
      </header>
      <p className="verdict-word">
        <Status tone={verdictTone(word)}>{word}</Status>
      </p>
      <div className="verdict-plot">
        <ForestPlot {...verdict} margin={verdict.marginAbsolute} />
      </div>
      <p className="verdict-numbers">
        <Difference verdict={verdict} />
      </p>
      <p className="quiet">
        {formatScore(verdict.baselineMean)} → {formatScore(verdict.candidateMean)} on {formatPlural(n, "case")}
        {clusters !== null && ` in ${formatPlural(clusters, "cluster")}`}; {formatCount(improved)} improved,{" "}
        {formatCount(regressed)} regressed, {formatCount(unchanged)} unchanged
        {furtherCases !== null && (
          <>
            ; <strong>about {formatPlural(furtherCases, "more case")} to decide</strong>
          </>
        )}
      </p>
      <p>{verdict.reason}</p>
      <Details verdict={verdict} />
    </section>
  );
}

/** `+0.070, 90 % interval +0.020 to +0.120`. */
function Difference({ verdict }: { verdict: CriterionVerdict }) {
  if (verdict.difference === null) return "No difference could be computed.";
  const decimals = decimalsFor(verdict.marginAbsolute);
  return (
    <>
      <strong>{signed(verdict.difference, decimals)}</strong> {intervalText(verdict, decimals)}
    </>
  );
}

function Details({ verdict }: { verdict: CriterionVerdict }) {
  const { criterion } = verdict;
  return (
    <details className="verdict-details">
      <summary>How this was decided</summary>
      <dl className="facts">
        <dt>Margin</dt>
        <dd>
          {formatScore(verdict.marginAbsolute)}
          {typeof criterion.margin === "string" && ` (${criterion.margin} of the baseline)`}; {criterion.direction} is
          better, differences are turned so that + is better
        </dd>
        {criterion.minimum !== undefined && (
          <>
            <dt>Minimum</dt>
            <dd>the candidate itself must reach {formatScore(criterion.minimum)}</dd>
          </>
        )}
        <dt>Method</dt>
        <dd>{verdict.method === null ? noValue : methods[verdict.method]}</dd>
        <dt>p of “worse than 0”</dt>
        <dd>
          {pText(verdict.p)}, one-sided; {pText(verdict.pAdjusted)} after Holm’s adjustment over this gate’s criteria
        </dd>
      </dl>
    </details>
  );
}

const methods: Record<NonNullable<CriterionVerdict["method"]>, string> = {
  tango: "Tango’s score test on pairs of 0/1 outcomes",
  "paired-t": "paired t test, case by case",
  "clustered-t": "paired t test, clustered by source",
  bootstrap: "bootstrap (BCa) of the paired differences, clusters drawn whole",
};

/** `label-accuracy where kind is pull`. */
function criterionName({ metric, segment }: Criterion): string {
  const conditions = Object.entries(segment ?? {}).map(([key, value]) => `${key} is ${value}`);
  return conditions.length > 0 ? `${metric} where ${conditions.join(" and ")}` : metric;
}

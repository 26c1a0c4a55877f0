/** Results are refused as a whole when one of them cannot be right. */
import type { MetricInfo, Problem, TrialResult } from "@ratchet/protocol";
import { ProblemError } from "../problem.ts";

/** @throws ProblemError `invalid-request` with one entry a wrong field. */
export function checkResults(
  results: readonly TrialResult[],
  metrics: readonly MetricInfo[],
  caseIds: ReadonlySet<string>,
): void {
  const byName = new Map(metrics.map((metric) => [metric.name, metric]));
  const errors: NonNullable<Problem["errors"]> = [];
  for (const [index, { caseId, scores }] of results.entries()) {
    if (!caseIds.has(caseId)) {
      errors.push({ path: `results.${index}.caseId`, message: `the dataset version has no case ${caseId}` });
    }
    for (const [name, score] of Object.entries(scores)) {
      const message = scoreProblem(byName.get(name), score);
      if (message) errors.push({ path: `results.${index}.scores.${name}`, message });
    }
  }
  const [first] = errors;
  if (!first) return;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more, see errors)` : "";
  throw new ProblemError("invalid-request", `Nothing was stored. ${first.path}: ${first.message}${more}`, { errors });
}

function scoreProblem(metric: MetricInfo | undefined, score: number | null): string | undefined {
  if (!metric) return "the experiment declares no such metric";
  if (score === null || metric.range === null) return undefined;
  const [low, high] = metric.range;
  return score >= low && score <= high ? undefined : `a score lies in [${low}, ${high}], not ${score}`;
}

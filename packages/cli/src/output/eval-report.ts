/** How an eval ended, in text: what was run, the verdict or the means, and what is next. */
import type { EvalReport } from "@ratchet/evals/runner";
import type { Experiment } from "@ratchet/protocol";
import { formatValue } from "./quantities.ts";
import type { Style } from "./style.ts";
import { formatTable } from "./table.ts";
import { formatVerdict, nextStepOf } from "./verdict-table.ts";

interface Mean {
  readonly name: string;
  readonly mean: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
}

/** @param pages The project's address in the web application; `null` without a server. */
export function formatReport(
  report: EvalReport,
  style: Style,
  width: number,
  pages: string | null,
): { result: string[]; hints: string[] } {
  const { candidate, baseline, gate, local } = report;
  const counted = candidate ?? local;
  const title = [
    style.strong(report.name),
    report.dataset === null ? "" : `${report.dataset} v${report.datasetVersion}`,
    counted === null ? "" : formatCounts(counted, candidate?.trials ?? 1, style),
  ].filter(Boolean);
  const names = candidate === null ? [] : [formatNames(candidate, baseline, report.baselineReused)];
  const summary = local?.metrics ?? candidate?.summary ?? {};
  const body =
    gate === null
      ? formatMeans(
          Object.entries(summary).map(([name, values]) => ({ name, ...values })),
          width,
        )
      : formatVerdict(gate, style);
  return { result: [title.join("  "), ...names, ...body], hints: formatHints(report, pages) };
}

function formatCounts(
  { caseCount, errorCount, voidCount }: { caseCount: number; errorCount: number; voidCount: number },
  trials: number,
  style: Style,
): string {
  const parts = [
    `${caseCount} cases${trials > 1 ? ` × ${trials} trials` : ""}`,
    errorCount === 0 ? "" : style.bad(`${errorCount} failed`),
    voidCount === 0 ? "" : style.uncertain(`${voidCount} void`),
  ];
  return parts.filter(Boolean).join(` ${style.symbols.dot} `);
}

function formatNames(candidate: Experiment, baseline: Experiment | null, reused: boolean | null): string {
  const against = baseline === null ? "" : ` against ${baseline.id}${reused ? " (run before)" : ""}`;
  const changed = Object.entries(candidate.target.prompts)
    .filter(([name, version]) => baseline !== null && baseline.target.prompts[name] !== version)
    .map(([name, version]) => `${name}@${version}`);
  return ` ${candidate.id}${against}${changed.length === 0 ? "" : `, changed: ${changed.join(", ")}`}`;
}

function formatMeans(means: readonly Mean[], width: number): string[] {
  return formatTable<Mean>(
    [
      { title: "metric", text: ({ name }) => name },
      { title: "mean", text: ({ mean }) => formatValue(mean), align: "right" },
      {
        title: "95 % interval",
        text: ({ low, high }) =>
          low === null || high === null ? "none" : `[${formatValue(low)}, ${formatValue(high)}]`,
      },
      { title: "cases", text: ({ n }) => String(n), align: "right" },
    ],
    means,
    width,
  ).map((line) => ` ${line}`);
}

function formatHints({ candidate, gate, local }: EvalReport, pages: string | null): string[] {
  if (local) return [` results  ${local.resultsFile}`];
  if (gate) return [` next  ${nextStepOf(gate)}`, ` open  ${pages}/gates/${gate.id}`];
  return candidate === null ? [] : [` open  ${pages}/experiments/${candidate.id}`];
}

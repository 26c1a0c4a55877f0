/** The gate's verdict in text: words first, then the numbers that carry them. */
import type { CriterionVerdict, Gate } from "@ratchet/protocol";
import { toOneLine } from "./plain-text.ts";
import { formatChange, formatValue } from "./quantities.ts";
import type { Style } from "./style.ts";
import { formatTable } from "./table.ts";

/** The table of criteria, locked cases that do not hold, warnings, and the GATE line. */
export function formatVerdict(gate: Gate, style: Style, width: number): string[] {
  const level = Math.round((gate.criteria[0]?.level ?? 0.9) * 100);
  const { delta, up, down } = style.symbols;
  const table = formatTable<CriterionVerdict>(
    [
      { title: "criterion", text: ({ criterion }) => criterion.metric + formatSegment(criterion.segment) },
      { title: "base", text: ({ baselineMean }) => formatValue(baselineMean), align: "right" },
      { title: "cand", text: ({ candidateMean }) => formatValue(candidateMean), align: "right" },
      { title: `${delta}, + is better [${level} % interval]`, text: formatDifference },
      { title: `${up} / ${down}`, text: ({ improved, regressed }) => `${improved} / ${regressed}`, align: "right" },
      {
        title: "verdict",
        text: (verdict) => formatWord(verdict, style),
        paint: (cell, verdict) => paint(cell, verdict, style),
      },
    ],
    gate.criteria,
    width,
  );
  const unsettled = gate.locked.filter(({ state }) => state !== "holds");
  return [
    ...table.map((line) => ` ${line}`),
    ...unsettled.map(
      ({ caseId, now, record, state }) =>
        ` locked case ${toOneLine(caseId)} ${state}: ${now.passes} of ${now.trials} now, ${record.passes} of ${record.trials} on record`,
    ),
    ...gate.warnings.map((warning) => ` ${style.uncertain("note")}  ${toOneLine(warning)}`),
    ` ${style.strong("GATE")}  ${formatVerdictWord(gate, style)}  ${toOneLine(gate.sentence)}  exit ${gate.exitCode}`,
  ];
}

/** What to do now, as a command where there is one. */
export function nextStepOf(gate: Gate): string {
  switch (gate.verdict) {
    case "pass":
      return `ratchet release create --gate ${gate.id}`;
    case "regress":
      return "look at the cases that got worse, change the prompt, and run it again";
    case "infrastructure":
      return "see why cases are void (provider, network, evaluator), then run it again";
    case "inconclusive": {
      const further = Math.max(0, ...gate.criteria.map(({ furtherCases }) => furtherCases ?? 0));
      return further > 0
        ? `add about ${further} cases to ${gate.dataset}: ratchet failures capture <F-id> --dataset ${gate.dataset}`
        : "run it with more trials: ratchet eval --gate --trials 5";
    }
  }
}

function formatSegment(segment: CriterionVerdict["criterion"]["segment"]): string {
  const parts = Object.entries(segment ?? {}).map(([key, value]) => `${key}=${value}`);
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

function formatDifference({ difference, low, high }: CriterionVerdict): string {
  const interval = low === null || high === null ? "" : ` [${formatChange(low)}, ${formatChange(high)}]`;
  return `${formatChange(difference)}${interval}`;
}

function formatWord({ word, furtherCases, fewCases }: CriterionVerdict, { symbols }: Style): string {
  const symbol = {
    better: symbols.good,
    "no meaningful difference": symbols.same,
    worse: symbols.bad,
    "not enough evidence": symbols.uncertain,
  }[word];
  const remarks = [furtherCases === null ? "" : `about ${furtherCases} more cases`, fewCases ? "few cases" : ""].filter(
    Boolean,
  );
  return `${symbol} ${word}${remarks.length === 0 ? "" : ` (${remarks.join(", ")})`}`;
}

function paint(cell: string, { word }: CriterionVerdict, style: Style): string {
  if (word === "better") return style.good(cell);
  if (word === "worse") return style.bad(cell);
  return word === "not enough evidence" ? style.uncertain(cell) : cell;
}

function formatVerdictWord({ verdict }: Gate, style: Style): string {
  const word = verdict.toUpperCase();
  if (verdict === "pass") return style.good(`${style.symbols.good} ${word}`);
  if (verdict === "regress") return style.bad(`${style.symbols.bad} ${word}`);
  return style.uncertain(`${style.symbols.uncertain} ${word}`);
}

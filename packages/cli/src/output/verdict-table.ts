/** The gate's verdict in text: words first, then the numbers that carry them. */
import type { CriterionVerdict, Gate } from "@ratchet/protocol";
import { toOneLine } from "./plain-text.ts";
import { formatChange, formatValue } from "./quantities.ts";
import type { Style } from "./style.ts";
import { formatTable } from "./table.ts";

/** The table of criteria, locked cases that do not hold, warnings, and the GATE line. */
export function formatVerdict(gate: Gate, style: Style): string[] {
  const level = Math.round((gate.criteria[0]?.level ?? 0.9) * 100);
  const { delta, up, down } = style.symbols;
  const table = formatTable<CriterionVerdict>(
    [
      { title: "criterion", text: nameOf },
      { title: "base", text: ({ baselineMean }) => formatValue(baselineMean), align: "right" },
      { title: "cand", text: ({ candidateMean }) => formatValue(candidateMean), align: "right" },
      { title: `${delta} [${level} % interval]`, text: formatDifference },
      { title: `${up}/${down}`, text: ({ improved, regressed }) => `${improved}/${regressed}`, align: "right" },
      {
        title: "verdict",
        text: ({ word }) => `${symbolOf(word, style)} ${word}`,
        paint: (cell, { word }) => paint(cell, word, style),
      },
    ],
    gate.criteria,
    // The verdict stands last and must not be cut, however narrow the terminal is.
    Number.POSITIVE_INFINITY,
  );
  const unsettled = gate.locked.filter(({ state }) => state !== "holds");
  return [
    ...table,
    ...gate.criteria.flatMap(formatRemarks),
    ...unsettled.map(
      ({ caseId, now, record, state }) =>
        `locked case ${toOneLine(caseId)} ${state}: ${now.passes} of ${now.trials} now, ${record.passes} of ${record.trials} on record`,
    ),
    ...gate.warnings.map((warning) => `${style.uncertain("note")}  ${toOneLine(warning)}`),
    `${style.strong("GATE")}  ${formatVerdictWord(gate, style)}  ${toOneLine(gate.sentence)}  exit ${gate.exitCode}`,
  ].map((line) => ` ${line}`);
}

/** What to do now, as a command where there is one. */
export function nextStepOf(gate: Gate): string {
  switch (gate.verdict) {
    case "pass":
      return `npx ratchet release create --gate ${gate.id}`;
    case "regress":
      return "look at the cases that got worse, change the prompt, and run it again";
    case "infrastructure":
      return "see why cases are void (provider, network, evaluator), then run it again";
    case "inconclusive": {
      const further = Math.max(0, ...gate.criteria.map(({ furtherCases }) => furtherCases ?? 0));
      return further > 0
        ? `add about ${further} cases to ${gate.dataset}: npx ratchet failures capture <F-id> --dataset ${gate.dataset}`
        : "run it with more trials: npx ratchet eval --gate --trials 5";
    }
  }
}

function nameOf({ criterion }: CriterionVerdict): string {
  const segment = Object.entries(criterion.segment ?? {}).map(([key, value]) => `${key}=${value}`);
  return segment.length === 0 ? criterion.metric : `${criterion.metric} (${segment.join(", ")})`;
}

/** Candidate less baseline. On the wire positive is better; beside the two means only their difference is readable. */
function formatDifference({ criterion, difference, low, high }: CriterionVerdict): string {
  const sign = criterion.direction === "lower" ? -1 : 1;
  const signed = (value: number | null) => formatChange(value === null ? null : sign * value);
  if (low === null || high === null) return signed(difference);
  const [from, to] = sign === 1 ? [low, high] : [high, low];
  return `${signed(difference)} [${signed(from)}, ${signed(to)}]`;
}

function formatRemarks(verdict: CriterionVerdict): string[] {
  const { furtherCases, fewCases, n } = verdict;
  const remarks = [
    furtherCases === null ? "" : `about ${furtherCases} more cases would decide it`,
    fewCases ? `few cases (${n})` : "",
  ].filter(Boolean);
  return remarks.length === 0 ? [] : [`${toOneLine(nameOf(verdict))}: ${remarks.join(", ")}`];
}

function symbolOf(word: CriterionVerdict["word"], { symbols }: Style): string {
  return {
    better: symbols.good,
    "no meaningful difference": symbols.same,
    worse: symbols.bad,
    "not enough evidence": symbols.uncertain,
  }[word];
}

function paint(cell: string, word: CriterionVerdict["word"], style: Style): string {
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

/** The table of what is read of which instrumentation, told by the corpus. */
import type { CaseFile, ExpectedSpan } from "./case.ts";

/** Each with whether a case shows it. */
const features: readonly [name: string, isShown: (file: CaseFile) => boolean][] = [
  ["messages", hasSpan((span) => messages(span).some(({ role }) => role === "user" || role === "assistant"))],
  ["tools", hasSpan((span) => span.kind === "tool" || hasPart(span, "tool_call"))],
  ["reasoning", hasSpan((span) => span.usage?.reasoningTokens !== undefined || hasPart(span, "reasoning"))],
  ["media", hasSpan((span) => hasPart(span, "blob", "uri", "file"))],
  ["usage", hasSpan((span) => span.usage !== undefined)],
  ["cache", hasSpan(({ usage }) => usage?.cacheReadTokens !== undefined || usage?.cacheWriteTokens !== undefined)],
  ["cost", hasSpan((span) => span.costUsd !== undefined)],
  ["first token", hasSpan((span) => span.timeToFirstTokenMs !== undefined)],
  ["session", hasSpan((span) => span.sessionId !== undefined)],
  ["user", hasSpan((span) => span.userId !== undefined)],
  ["tags", hasSpan((span) => span.tags !== undefined)],
  ["metadata", hasSpan((span) => span.metadata !== undefined)],
  ["prompt", hasSpan((span) => span.prompt !== undefined)],
  ["error", hasSpan((span) => span.status === "error")],
];

/** One row a convention, package, version and way of coming by it. Markdown. */
export function renderTable(cases: readonly CaseFile[]): string {
  const rows = Map.groupBy(cases, ({ convention, source }) =>
    [convention, `\`${source.package}\` ${source.version}`, source.kind].join(" | "),
  );
  const header = ["convention", "instrumentation", "cases", "kinds", ...features.map(([name]) => name)];
  const lines = [...rows].map(([row, files]) => {
    const kinds = [...new Set(files.flatMap(({ expected }) => expected.map(({ kind }) => kind)))].sort().join(", ");
    return [...row.split(" | "), kinds, ...features.map(([, isShown]) => (files.some(isShown) ? "✓" : ""))];
  });
  // As the formatter would.
  const widths = header.map((_, column) => Math.max(3, ...[header, ...lines].map((line) => line[column]?.length ?? 0)));
  const ruler = widths.map((width) => "-".repeat(width));
  return [header, ruler, ...lines]
    .map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`)
    .join("\n");
}

function hasSpan(isShown: (span: ExpectedSpan) => boolean): (file: CaseFile) => boolean {
  return ({ expected }) => expected.some(isShown);
}

function messages(span: ExpectedSpan) {
  return [...(span.input ?? []), ...(span.output ?? [])];
}

function hasPart(span: ExpectedSpan, ...types: string[]): boolean {
  return messages(span).some(
    ({ content }) => Array.isArray(content) && content.some((part) => types.includes(part?.type)),
  );
}

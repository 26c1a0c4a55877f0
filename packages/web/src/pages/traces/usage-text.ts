/** Tokens and their cost in words. */
import type { SpanSummary } from "@ratchet/protocol";
import { formatCount, formatUsd } from "../../ui/numbers.ts";

type Usage = Pick<
  SpanSummary,
  "inputTokens" | "outputTokens" | "cacheReadTokens" | "cacheWriteTokens" | "reasoningTokens"
>;

/** `1,240 in (1,100 cached), 85 out (40 reasoning)`; undefined when nothing was reported. */
export function usageText(usage: Usage): string | undefined {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens } = usage;
  const parts = [
    side(inputTokens, "in", [
      [cacheReadTokens, "cached"],
      [cacheWriteTokens, "written to the cache"],
    ]),
    side(outputTokens, "out", [[reasoningTokens, "reasoning"]]),
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(", ");
}

function side(tokens: number | null, word: string, shares: [tokens: number, word: string][]): string | undefined {
  if (tokens === null) return undefined;
  const within = shares.filter(([share]) => share > 0).map(([share, name]) => `${formatCount(share)} ${name}`);
  return `${formatCount(tokens)} ${word}${within.length === 0 ? "" : ` (${within.join(", ")})`}`;
}

const sources = { client: "from the client", table: "price table", project: "own price" } as const;

/** `$0.0041 (price table)`. */
export function costText(costUsd: number, source: SpanSummary["costSource"]): string {
  return source === null ? formatUsd(costUsd) : `${formatUsd(costUsd)} (${sources[source]})`;
}

/** Tokens of a model whose price nobody knows: its cost is missing in every sum. */
export function isPriceUnknown(span: Usage & Pick<SpanSummary, "model" | "costUsd">): boolean {
  return span.costUsd === null && span.model !== null && ((span.inputTokens ?? 0) > 0 || (span.outputTokens ?? 0) > 0);
}

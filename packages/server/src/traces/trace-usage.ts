/**
 * What a trace used: of model calls alone, as an agent repeats the tokens of the calls below it. Where no call says,
 * the largest of what the other spans say.
 */

/** Only these have tokens of their own; of two spans that report one call, one counts. */
export const isCall =
  "(kind IN ('llm', 'embedding', 'reranker') AND duplicate_of = toUUID('00000000-0000-0000-0000-000000000000'))";

/** Numbers, then whether the span says the first, the second and the cost: an array, because one sum over it is planned faster. */
export const usageColumns = `CAST([ifNull(input_tokens, 0), ifNull(output_tokens, 0), ifNull(cost_usd, 0),
  isNotNull(input_tokens), isNotNull(output_tokens), isNotNull(cost_usd),
  cache_read_tokens, cache_write_tokens, reasoning_tokens], 'Array(Float64)')`;

/** `null` where no span says. */
export interface TraceUsage {
  inputTokens: number | null;
  outputTokens: number | null;
  costUsd: number | null;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  reasoningTokens: number;
}

/**
 * @param calls Sums of {@link usageColumns} over the calls; empty without any.
 * @param largest Of all spans, column by column.
 */
export function sumUsage(calls: readonly number[], largest: readonly number[]): TraceUsage {
  const [inputTokens, outputTokens, costUsd] = [0, 1, 2].map((column) => {
    const source = calls[column + 3] ? calls : largest;
    return source[column + 3] ? (source[column] ?? 0) : null;
  });
  // Parts of the input go with the input, parts of the output with the output.
  const inputs = calls[3] ? calls : largest;
  const outputs = calls[4] ? calls : largest;
  return {
    inputTokens: inputTokens ?? null,
    outputTokens: outputTokens ?? null,
    costUsd: costUsd ?? null,
    cacheReadTokens: inputs[6] ?? 0,
    cacheWriteTokens: inputs[7] ?? 0,
    reasoningTokens: outputs[8] ?? 0,
  };
}

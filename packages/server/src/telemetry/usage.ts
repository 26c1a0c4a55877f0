/**
 * Token counts as instrumentations report them → inclusive totals. Who is known to report otherwise is said where the
 * convention is read, by `isInputExclusive` and `isOutputExclusive`:
 *
 * | leaves the cache out of the input                          | leaves the reasoning out of the output |
 * | ----------------------------------------------------------- | -------------------------------------- |
 * | Claude Code; OpenInference's Claude Agent SDK               | AI SDK ≤ 5 with Google                 |
 * | Traceloop's JavaScript instrumentation of Anthropic         | Google ADK's own older spans           |
 * | AI SDK ≤ 5 with Anthropic or Bedrock                        |                                        |
 *
 * Langfuse's counts are parts that add up; they are summed where they are read.
 */
import type { Usage } from "./span.ts";

export interface ReportedUsage {
  input: number | null;
  output: number | null;
  cacheRead: number | null;
  cacheWrite: number | null;
  reasoning: number | null;
  total: number | null;
  /** Known from the convention: the input leaves the cache out, or the output the reasoning. */
  isInputExclusive?: boolean;
  isOutputExclusive?: boolean;
}

/**
 * Providers disagree on whether cached tokens are part of the input and reasoning of the output. The conventions say
 * "part of"; a report that contradicts this (input below its own cache, a total that only adds up otherwise) is added up.
 *
 * @returns `null` when nothing is reported: unknown is not zero.
 */
export function toUsage(reported: ReportedUsage): Usage | null {
  const { input, output, total } = reported;
  if (input === null && output === null) return null;
  const cacheRead = reported.cacheRead ?? 0;
  const cacheWrite = reported.cacheWrite ?? 0;
  const reasoning = reported.reasoning ?? 0;
  const cache = cacheRead + cacheWrite;
  const isInputExclusive =
    input !== null &&
    cache > 0 &&
    (reported.isInputExclusive ||
      input < cache ||
      (total === input + cache + (output ?? 0) && total !== input + (output ?? 0)));
  const inputTokens = isInputExclusive ? input + cache : input;
  const isOutputExclusive =
    output !== null &&
    reasoning > 0 &&
    (reported.isOutputExclusive ||
      output < reasoning ||
      (total === (inputTokens ?? 0) + output + reasoning && total !== (inputTokens ?? 0) + output));
  return {
    inputTokens,
    outputTokens: isOutputExclusive ? output + reasoning : output,
    cacheReadTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
    reasoningTokens: reasoning,
  };
}

/** Why a model stopped, in one word whoever says it. */

const words: readonly (readonly [word: string, ...sent: string[]])[] = [
  ["stop", "stop", "end_turn", "stop_sequence", "completed", "complete"],
  ["length", "length", "max_tokens", "max_output_tokens", "incomplete"],
  ["tool_call", "tool_call", "tool_calls", "tool_use", "function_call"],
  ["content_filter", "content_filter", "safety", "refusal"],
];
const bySent = new Map(words.flatMap(([word, ...sent]) => sent.map((one) => [one, word] as const)));

/** One word for all answers when they agree, else each once, joined by commas. Unknown words stay as they were sent. */
export function toFinishReason(reasons: readonly string[]): string {
  const found = reasons.slice(0, 100).map((reason) => {
    const short = reason.slice(0, 100);
    return bySent.get(short.toLowerCase().replaceAll("-", "_")) ?? short;
  });
  return [...new Set(found)].join(",").toWellFormed();
}

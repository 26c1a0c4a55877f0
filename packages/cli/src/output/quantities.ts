/** Numbers as people read them, always with their unit. */

export function formatDuration(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  return `${minutes} min ${Math.round((ms - minutes * 60_000) / 1000)} s`;
}

export function formatCost(usd: number | null): string {
  return usd === null ? "" : `$${usd.toFixed(usd < 0.1 ? 4 : 2)}`;
}

/** How long ago, in the largest whole unit. */
export function formatAge(timestamp: string, now: number): string {
  const seconds = Math.max(0, (now - Date.parse(timestamp)) / 1000);
  for (const [unit, length] of ages) if (seconds >= length) return `${Math.floor(seconds / length)} ${unit} ago`;
  return "now";
}
const ages = [
  ["d", 86_400],
  ["h", 3600],
  ["min", 60],
  ["s", 1],
] as const;

/** A score or a measured value: three decimals below 10, fewer above. */
export function formatValue(value: number | null): string {
  if (value === null) return "none";
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 3);
}

/** With its sign, `+` for zero. */
export function formatChange(value: number | null): string {
  if (value === null) return "none";
  // Negative zero, and what rounds to it, would show as -0.000.
  const text = formatValue(value).replace(/^-(0\.0+|0)$/, "$1");
  return text.startsWith("-") ? text : `+${text}`;
}

/** `1,000 of 48,211 traces`, `12 traces` when that is all, `50 of at least 10,000 traces` when there are more. */
export function formatCount(shown: number, total: number, noun: string, isTotalExact = true): string {
  const number = new Intl.NumberFormat("en");
  const plural = total === 1 ? noun : `${noun}s`;
  return shown === total && isTotalExact
    ? `${number.format(total)} ${plural}`
    : `${number.format(shown)} of ${isTotalExact ? "" : "at least "}${number.format(total)} ${plural}`;
}

/** Numbers for people, always with their unit. English, like the pages and the server's sentences beside them. */

const count = new Intl.NumberFormat("en");
let compact: Intl.NumberFormat | undefined;
/** What stands where a value is not defined. */
export const noValue = "–";

/** `48,211`. */
export function formatCount(value: number): string {
  return count.format(value);
}

/** `48.2K`, for places too narrow for all digits. */
export function formatCompact(value: number): string {
  compact ??= new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
  return compact.format(value);
}

/** `"1 case"`, `"1,204 cases"`. */
export function formatPlural(value: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(value)} ${value === 1 ? singular : plural}`;
}

/** Milliseconds as `0.4 ms`, `12 ms`, `1.42 s`, `3 min 05 s`, `2 h 10 min`. */
export function formatDuration(durationMs: number | null): string {
  if (durationMs === null) return noValue;
  if (durationMs < 1) return `${durationMs === 0 ? "0" : durationMs.toFixed(2)} ms`;
  if (durationMs < 10) return `${trimZeros(durationMs.toFixed(1))} ms`;
  if (durationMs < 999.5) return `${Math.round(durationMs)} ms`;
  const seconds = durationMs / 1000;
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

/** A share in [0,1] as `0.7 %`; below 10 % with two significant digits, so that a rare failure never reads as none. */
export function formatPercent(ratio: number | null): string {
  if (ratio === null) return noValue;
  const percent = ratio * 100;
  return `${percent.toLocaleString("en", percent >= 10 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 2 })} %`;
}

/** US dollars as `$0.0041`, `$12.30`. */
export function formatUsd(costUsd: number | null): string {
  if (costUsd === null) return noValue;
  if (costUsd === 0) return "$0";
  return costUsd < 1 ? `$${trimZeros(costUsd.toPrecision(2))}` : `$${costUsd.toFixed(2)}`;
}

/** `812 B`, `1.6 KB`, `4.2 MB`; powers of 1,000. */
export function formatBytes(sizeBytes: number): string {
  if (sizeBytes < 1000) return `${sizeBytes} B`;
  const [value, unit] = sizeBytes < 1e6 ? [sizeBytes / 1e3, "KB"] : [sizeBytes / 1e6, "MB"];
  return `${trimZeros(value.toFixed(1))} ${unit}`;
}

/** A score, mean or difference with up to three decimals: `0.875`. */
export function formatScore(value: number | null): string {
  return value === null ? noValue : trimZeros(value.toFixed(3));
}

function trimZeros(text: string): string {
  return text.includes(".") && !text.includes("e") ? text.replace(/\.?0+$/, "") : text;
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}

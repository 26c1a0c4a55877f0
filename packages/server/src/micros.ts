/** Times: ISO 8601 on the wire, microseconds since 1970 inside (exact in doubles until 2255). */

/**
 * @param time ISO 8601, with up to six digits of fractions.
 */
export function toMicros(time: string): number {
  const fraction = /\.(\d+)/.exec(time)?.[1] ?? "";
  const millis = Date.parse(fraction.length > 3 ? time.replace(/\.\d+/, `.${fraction.slice(0, 3)}`) : time);
  return millis * 1000 + Number(fraction.slice(3, 6).padEnd(3, "0"));
}

/** As `2026-11-24T05:00:00.000001Z`. */
export function fromMicros(micros: number): string {
  const rest = micros % 1000;
  return new Date((micros - rest) / 1000).toISOString().replace("Z", `${String(rest).padStart(3, "0")}Z`);
}

/** As a DateTime64(6) column takes it in JSON: best-effort parsing needs ten digits before the point. */
export function toEngineTime(micros: number): string {
  const text = String(micros).padStart(16, "0");
  return `${text.slice(0, -6)}.${text.slice(-6)}`;
}

/** Numbers of the statistics as text for people: signs always written, as many decimals as the margin asks for. */

/** Decimals that show a margin with two significant digits: 3 for 0.05, 0 for 200; 0 to 6. */
export function decimalsFor(margin: number): number {
  if (!(margin > 0)) return 3;
  return Math.min(6, Math.max(0, Math.ceil(-Math.log10(margin)) + 1));
}

/** `+0.070`, `−0.012`, `0.000`: with a true minus sign, and no sign on what rounds to zero. */
export function signed(value: number, decimals: number): string {
  const text = Math.abs(value).toLocaleString("en-US", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  if (Number(text.replaceAll(",", "")) === 0) return text;
  return `${value < 0 ? "−" : "+"}${text}`;
}

/** `12`, `0.031`, `3.2e−9`: evidence over any range of magnitudes. */
export function evidenceText(evidence: number): string {
  if (evidence >= 1e6 || (evidence > 0 && evidence < 1e-4)) {
    const exponent = Math.floor(Math.log10(evidence));
    return `${(evidence / 10 ** exponent).toFixed(1)}e${exponent < 0 ? "−" : ""}${Math.abs(exponent)}`;
  }
  return evidence.toLocaleString("en-US", { maximumSignificantDigits: evidence >= 100 ? 4 : 2 });
}

/** `90 %` of 0.9, `95 %`, `99.4 %`: the level of an interval. */
function levelText(level: number): string {
  return `${(level * 100).toLocaleString("en-US", { maximumFractionDigits: 1 })} %`;
}

/** `90 % interval +0.020 to +0.120`, or that there is none. */
export function intervalText(
  { low, high, level }: { low: number | null; high: number | null; level: number },
  decimals: number,
): string {
  if (low === null || high === null) return "no interval";
  return `${levelText(level)} interval ${signed(low, decimals)} to ${signed(high, decimals)}`;
}

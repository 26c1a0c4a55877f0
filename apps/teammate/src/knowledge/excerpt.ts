/** A short text that says what a long one says: how a pasted log is bounded without losing what matters in it. */

const errorLine =
  /\b(error|exception|traceback|fatal|panic|failed|failure|cannot|can't|unable|denied|not found|caused by)\b/i;

/**
 * At most `maxChars` characters of `text`: its head (what people write first), the distinct lines that name an error,
 * and its tail. Shorter texts come back unchanged.
 */
export function excerpt(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const headChars = Math.floor(maxChars * 0.5);
  const tailChars = Math.floor(maxChars * 0.15);
  const head = text.slice(0, headChars);
  const tail = text.slice(text.length - tailChars);
  const middle = text.slice(headChars, text.length - tailChars);
  const errors = errorLines(middle, maxChars - headChars - tailChars - 6, `${head}\n${tail}`);
  return [head, errors, tail]
    .filter((part) => part !== "")
    .join("\n…\n")
    .slice(0, maxChars);
}

/** Lines that name an error, each shape once, and none that `shown` has: a trace repeated a thousand times says it once. */
function errorLines(text: string, maxChars: number, shown: string): string {
  const seen = new Set(shown.split("\n").map(toShape));
  const lines: string[] = [];
  let chars = 0;
  for (const line of text.split("\n")) {
    if (!errorLine.test(line)) continue;
    const shape = toShape(line);
    if (seen.has(shape)) continue;
    seen.add(shape);
    const kept = line.trim().slice(0, 300);
    if (chars + kept.length + 1 > maxChars) break;
    lines.push(kept);
    chars += kept.length + 1;
  }
  return lines.join("\n");
}

function toShape(line: string): string {
  return line.replace(/\d+/g, "0");
}

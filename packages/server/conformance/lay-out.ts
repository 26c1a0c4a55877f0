/** JSON that people read: what fits stands on one line, such as an attribute with its value. */

const lineWidth = 120;

/** JSON text with a line feed at its end. */
export function layOut(value: unknown): string {
  return `${layOutAt(value, "")}\n`;
}

function layOutAt(value: unknown, indent: string): string {
  const line = toLine(value);
  const isPlain = typeof value !== "object" || value === null;
  if (isPlain || indent.length + line.length <= lineWidth) return line;
  const deeper = `${indent}  `;
  const items = Array.isArray(value)
    ? value.map((item) => layOutAt(item, deeper))
    : Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${layOutAt(item, deeper)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${items.map((item) => deeper + item).join(",\n")}\n${indent}${close}`;
}

function toLine(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(toLine).join(", ")}]`;
  const entries = Object.entries(value);
  if (entries.length === 0) return "{}";
  return `{ ${entries.map(([key, item]) => `${JSON.stringify(key)}: ${toLine(item)}`).join(", ")} }`;
}
